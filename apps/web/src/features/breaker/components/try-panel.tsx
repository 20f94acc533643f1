'use client';

import type { TryResult } from '@recloser/protocol';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Panel } from '@/components/ui/panel';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useSending } from '@/lib/use-sending';
import { tryContext } from '../api/try-account';
import { contextIn } from '../try-result';
import { useBreakerOfPage } from './breaker-context';
import { RuleExplanations } from './rule-explanations';
import { TrialVerdict } from './trial-verdict';
import { TryFields } from './try-fields';

interface Answer {
  readonly who: string;
  readonly version: number;
  readonly result: TryResult;
}

/** Is this account let in, and why? */
export function TryPanel() {
  const breaker = useBreakerOfPage();
  const place = useEnvironmentRef();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [mistake, setMistake] = useState<string | null>(null);
  const { problem, send } = useSending();

  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = contextIn(new FormData(event.currentTarget), breaker.cohortKey);
    setMistake(typed.problem);
    if (typed.problem !== null) return;
    void send(async () => {
      const result = await tryContext(place, breaker.key, typed.context);
      setAnswer({ who: typed.who, version: breaker.version, result });
    });
  }

  const wrong = mistake ?? problem;
  return (
    <Panel title="Test targeting" labelledBy="try-title">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TryFields cohortKey={breaker.cohortKey}>
          <Button type="submit">Try</Button>
        </TryFields>
      </form>
      {wrong === null ? null : (
        <Callout kind="problem" className="mt-3">
          {wrong}
        </Callout>
      )}
      {answer === null ? null : (
        <div className="mt-4 border-t border-line pt-4">
          <TrialVerdict tried={answer.result} who={answer.who} seq={answer.result.seq}>
            <RuleExplanations rules={answer.result.rules} />
          </TrialVerdict>
          {answer.version === breaker.version ? null : (
            <p className="mt-2 text-xs text-fg-3">The breaker has changed since. Try again.</p>
          )}
        </div>
      )}
    </Panel>
  );
}
