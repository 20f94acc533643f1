'use client';

import type { CreatedChannel } from '@recloser/protocol';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { DialogFooter } from '@/components/ui/dialog';
import { Secret } from '@/features/keys/components/secret';
import { CodeBlock } from '@/features/onboarding/components/code-block';
import { useChannels } from '../api/channels';
import { useTestSending } from '../use-test-sending';
import { SendTestButton } from './send-test-button';
import { TestResult } from './test-result';

const VERIFY = `import { Webhook } from 'standardwebhooks';

// body: the text as it arrived. Throws when it is not from here.
const event = new Webhook(secret).verify(body, request.headers);`;

function SigningSecret({ secret }: { readonly secret: string }) {
  return (
    <section aria-label="Signing secret" className="flex min-w-0 flex-col gap-3">
      <h3 className="text-sm font-semibold tracking-tight">Signing secret</h3>
      <Secret secret={secret} what="signing secret" kept="“New secret” gives another one." />
      <p className="text-sm text-pretty text-fg-2">
        Each message is signed as Standard Webhooks describes it. Libraries for many languages check
        it; in JavaScript:
      </p>
      <CodeBlock code={VERIFY} what="code that checks a signature" />
      <p className="text-xs text-fg-3">
        All fields of a message, and how to check it without a library, are in{' '}
        <code className="font-mono">docs/notifications.md</code>.
      </p>
    </section>
  );
}

interface CreatedViewProps {
  readonly created: CreatedChannel;
  readonly onClose: () => void;
}

/** What is shown once, and the first test. */
export function CreatedView({ created, onClose }: CreatedViewProps) {
  const { data } = useChannels();
  const channel = data?.find(({ id }) => id === created.channel.id) ?? created.channel;
  const { problem, busy, sendTest } = useTestSending(channel);
  return (
    <div className="flex flex-col gap-4">
      {created.secret === null ? null : <SigningSecret secret={created.secret} />}
      <div className="min-h-5">
        <TestResult channel={channel} />
      </div>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <SendTestButton name={channel.name} busy={busy} onSend={sendTest} />
        <Button variant="solid" onClick={onClose}>
          {created.secret === null ? 'Done' : 'I have it'}
        </Button>
      </DialogFooter>
    </div>
  );
}
