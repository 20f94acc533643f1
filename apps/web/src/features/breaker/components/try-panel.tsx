'use client';

import type { TryResult } from '@recloser/protocol';
import { Check, X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { usePlace } from '@/features/live/live-provider';
import { textOf } from '@/lib/form';
import { messageOf } from '@/lib/problem';
import { tryContext } from '../api/try-account';
import { explainTry, parseAttributes } from '../try-result';
import { useBreakerOfPage } from './breaker-context';
import { RuleExplanations } from './rule-explanations';

interface Tried {
  readonly who: string;
  readonly version: number;
  readonly result: TryResult;
}

/** Where the account stands on the line from 0 to 100 %, and where the admission ends. */
function Place({ result }: { readonly result: TryResult }) {
  if (result.bucketPercent === null) return null;
  const admission = (result.admission / 2 ** 32) * 100;
  return (
    <div className="relative mt-3 h-2 rounded-full bg-line" aria-hidden>
      <div
        className="absolute inset-y-0 left-0 rounded-full bg-fg-3"
        style={{ width: `${admission}%` }}
      />
      <div
        className="absolute -top-1 h-4 w-0.5 rounded-full bg-fg"
        style={{ left: `${result.bucketPercent}%` }}
      />
    </div>
  );
}

function Verdict({ tried, now }: { readonly tried: Tried; readonly now: number }) {
  const { result, who, version } = tried;
  const Icon = result.admitted ? Check : X;
  return (
    <div className="mt-4 border-t border-line pt-4" role="status">
      <p className="flex items-center gap-2 text-base font-semibold">
        <span className="grid size-5 place-items-center rounded-full border border-line-strong">
          <Icon size={12} strokeWidth={3} aria-hidden />
        </span>
        {result.admitted ? 'Admitted' : 'Rejected'}
        <span className="truncate font-mono text-xs font-normal text-fg-2">{who}</span>
      </p>
      <p className="num mt-1 text-sm text-pretty text-fg-2">{explainTry(result)}</p>
      <Place result={result} />
      <RuleExplanations rules={result.rules} />
      <dl className="num mt-3 flex gap-6 text-xs text-fg-3">
        <div>
          <dt className="inline">bucket </dt>
          <dd className="inline font-mono text-fg-2" data-testid="try-bucket">
            {result.bucket ?? '–'}
          </dd>
        </div>
        <div>
          <dt className="inline">as of change </dt>
          <dd className="inline text-fg-2">{result.seq}</dd>
        </div>
      </dl>
      {version === now ? null : (
        <p className="mt-2 text-xs text-fg-3">The breaker has changed since. Try again.</p>
      )}
    </div>
  );
}

/** Is this account let in, and why? */
export function TryPanel() {
  const breaker = useBreakerOfPage();
  const place = usePlace();
  const [tried, setTried] = useState<Tried | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const who = textOf(form, 'account');
    const attributes = parseAttributes(textOf(form, 'attributes'));
    if (attributes === null) {
      setProblem('Write attributes as name=value, separated by commas.');
      return;
    }
    setProblem(null);
    try {
      const context = { ...attributes, ...(who === '' ? {} : { [breaker.cohortKey]: who }) };
      const result = await tryContext(place, breaker.key, context);
      setTried({ who, version: breaker.version, result });
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  return (
    <Panel title="Try an account" labelledBy="try-title">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <Field label={breaker.cohortKey}>
          {(ids) => (
            <div className="flex gap-2">
              <Input {...ids} name="account" placeholder="acct_1842" className="font-mono" />
              <Button type="submit">Try</Button>
            </div>
          )}
        </Field>
        <details>
          <summary className="w-fit rounded-sm text-xs text-fg-3 hover:text-fg-2">
            With attributes for rules
          </summary>
          <Input
            name="attributes"
            aria-label="Attributes"
            placeholder="plan=enterprise, version=2.4.1"
            className="mt-2 font-mono text-xs"
          />
        </details>
      </form>
      {problem === null ? null : (
        <p role="alert" className="mt-3 text-sm text-open">
          {problem}
        </p>
      )}
      {tried === null ? null : <Verdict tried={tried} now={breaker.version} />}
    </Panel>
  );
}
