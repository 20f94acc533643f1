'use client';

import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Segmented } from '@/components/ui/segmented';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { createKey } from '@/features/keys/api/keys';
import { Secret } from '@/features/keys/components/secret';
import { useMay } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { useHydrated } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { useSending } from '@/lib/use-sending';
import {
  firstProgram,
  installCommand,
  type Language,
  LANGUAGE_WORDS,
  LANGUAGES,
  runCommand,
} from '../snippet';
import { CodeBlock } from './code-block';
import { FirstSignal, useFirstHeard } from './first-signal';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly done?: boolean;
  readonly children: ReactNode;
}

function Step({ number, title, done = false, children }: StepProps) {
  return (
    <li className="group relative flex gap-4 pb-8 last:pb-0">
      <span
        aria-hidden
        className="absolute top-8 bottom-1 left-[0.8125rem] w-px bg-line group-last:hidden"
      />
      <span
        aria-hidden
        className={cn(
          'num grid size-7 shrink-0 place-items-center rounded-full border text-xs font-semibold',
          done ? 'border-transparent bg-solid text-solid-fg' : 'border-line-strong text-fg-2',
        )}
      >
        {done ? <Check size={14} strokeWidth={3} /> : number}
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <h2 className="mb-3 text-base font-semibold tracking-tight">{title}</h2>
        {children}
      </div>
    </li>
  );
}

interface KeyStepProps {
  readonly sdkKey: string | null;
  readonly onKey: (key: string) => void;
}

function KeyStep({ sdkKey, onKey }: KeyStepProps) {
  const place = useEnvironmentRef();
  const admin = useMay('admin');
  const { problem, busy, send } = useSending();
  const create = () =>
    send(async () => {
      onKey((await createKey(place, 'first service')).key);
    });
  if (sdkKey !== null) return <Secret secret={sdkKey} what="SDK key" />;
  if (!admin) {
    return (
      <p className="text-sm text-fg-2">
        Only an admin can make keys. Ask one for a key of this environment.
      </p>
    );
  }
  return (
    <div className="flex flex-col items-start gap-2">
      <Button variant="solid" disabled={busy} onClick={() => void create()}>
        Create a key for {place.environment}
      </Button>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
    </div>
  );
}

const OPTIONS = LANGUAGES.map((value) => ({ value, label: LANGUAGE_WORDS[value].label }));

interface ProtectStepProps {
  readonly sdkKey: string | null;
  readonly origin: string;
}

/** What is pasted, in the order in which it is. */
function ProtectStep({ sdkKey, origin }: ProtectStepProps) {
  const [language, setLanguage] = useState<Language>('esm');
  const file = <code className="font-mono">{LANGUAGE_WORDS[language].file}</code>;
  return (
    <div className="flex flex-col gap-3 text-sm text-fg-2">
      <Segmented label="Language" value={language} options={OPTIONS} onChange={setLanguage} />
      <p>Install the SDK, in your service or after npm init -y in an empty folder:</p>
      <CodeBlock what="install command" code={installCommand(origin, language)} />
      <p>Save this as {file}:</p>
      <CodeBlock what="program" code={firstProgram(origin, language)} />
      <p>Run it, with the key in the environment:</p>
      <CodeBlock what="run command" code={runCommand(sdkKey, language)} />
    </div>
  );
}

/** From nothing to a protected call of one’s own. */
export function Onboarding() {
  const [key, setKey] = useState<string | null>(null);
  const heard = useFirstHeard() !== null;
  const origin = useHydrated() ? location.origin : 'http://localhost:4400';
  return (
    <div className="py-4">
      <PageHeader
        title="Connect your first service"
        description="Three steps. Nothing is blocked before a breaker trips, and no call ever waits for Recloser."
      />
      <ol className="mt-8">
        <Step number={1} title="Get a key" done={key !== null}>
          <KeyStep sdkKey={key} onKey={setKey} />
        </Step>
        <Step number={2} title="Protect a call" done={heard}>
          <ProtectStep sdkKey={key} origin={origin} />
        </Step>
        <Step number={3} title="Watch it arrive" done={heard}>
          <FirstSignal />
        </Step>
      </ol>
    </div>
  );
}
