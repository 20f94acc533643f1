'use client';

import type { Policy } from '@recloser/core';
import type { BacktestAnswer, BacktestOutcome } from '@recloser/protocol';
import { History } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Panel } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { Clock } from '@/components/ui/time';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { formatDuration } from '@/lib/format';
import { useSending } from '@/lib/use-sending';
import { runBacktest } from '../api/backtest';
import { outcomeWords, barOf } from '../timeline';

const DAYS = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
] as const;
type Days = (typeof DAYS)[number]['value'];
const SHOWN = 10;

interface Tested {
  readonly answer: BacktestAnswer;
  readonly days: number;
  /** What was tested, to see when it has changed since. */
  readonly policy: Policy;
}

interface LineProps {
  readonly label: string;
  readonly outcome: BacktestOutcome;
  readonly answer: BacktestAnswer;
}

/** One line of time: marks where it would have opened, hatched where nobody knows. */
function Line({ label, outcome, answer }: LineProps) {
  return (
    <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-3">
      <span className="text-xs text-fg-3">{label}</span>
      <div
        className="relative h-5 overflow-hidden rounded-sm border border-line bg-sunken"
        aria-hidden
      >
        {answer.unknown.map((span) => (
          <div
            key={span.from}
            className="absolute inset-y-0 bg-[repeating-linear-gradient(45deg,var(--color-line-strong)_0_2px,transparent_2px_6px)]"
            style={toStyle(barOf(span, answer))}
          />
        ))}
        {outcome.trips.map(({ at, closedAt }) => (
          <div
            key={at}
            className="absolute inset-y-0 min-w-0.5 bg-open-mark"
            style={toStyle(barOf({ from: at, to: closedAt ?? at }, answer))}
          />
        ))}
      </div>
    </div>
  );
}

function toStyle({ left, width }: ReturnType<typeof barOf>) {
  return { left: `${left}%`, width: `${width}%` };
}

function TripList({ outcome: { trips, tripCount } }: { readonly outcome: BacktestOutcome }) {
  if (trips.length === 0) return null;
  return (
    <ol className="divide-y divide-line overflow-hidden rounded-md border border-line text-sm">
      {trips.slice(0, SHOWN).map(({ at, summary, closedAt }) => (
        <li key={at} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-2">
          <Clock at={at} withDate />
          <span className="num min-w-0 flex-1 basis-60 text-fg-2">{summary}</span>
          <span className="num text-xs text-fg-3">
            {closedAt === null
              ? 'for an unknown time'
              : `for about ${formatDuration(closedAt - at)}`}
          </span>
        </li>
      ))}
      {tripCount > SHOWN ? (
        <li className="num px-3 py-2 text-xs text-fg-3">and {tripCount - SHOWN} more</li>
      ) : null}
    </ol>
  );
}

function Result({ tested: { answer, days } }: { readonly tested: Tested }) {
  const { proposed, current, unknown, spans } = answer;
  if (spans === 0) {
    return (
      <p role="status" className="text-sm text-fg-2">
        No calls were counted in this time, so there is nothing to try the policy on.
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="num text-sm font-medium text-pretty" data-testid="backtest-words">
        {outcomeWords(proposed.tripCount, current.tripCount, days)}
      </p>
      <div className="flex flex-col gap-1.5">
        <Line label="This policy" outcome={proposed} answer={answer} />
        <Line label="Saved policy" outcome={current} answer={answer} />
        <div className="ml-[6.25rem] flex justify-between text-2xs text-fg-3">
          <Clock at={answer.from} withDate />
          <span>now</span>
        </div>
      </div>
      <TripList outcome={proposed} />
      <p className="text-xs text-pretty text-fg-3">
        Approximate, and rather too often than too rarely: counts were kept by the second, and the
        quorum of instances is taken as reached.
        {unknown.length === 0
          ? null
          : ' Hatched: the breaker was not closed, and nobody knows what other calls would have done.'}
      </p>
    </div>
  );
}

interface BacktestPanelProps {
  /** Of its heading, for links. */
  readonly id: string;
  readonly breaker: string;
  readonly policy: Policy;
  /** Why it cannot be tried now. */
  readonly blocked: boolean;
}

/** What the policy would have done, before it is saved. */
export function BacktestPanel({ id, breaker, policy, blocked }: BacktestPanelProps) {
  const place = useEnvironmentRef();
  const [days, setDays] = useState<Days>('7');
  const [tested, setTested] = useState<Tested | null>(null);
  const { problem, busy, send } = useSending();
  const run = () =>
    send(async () => {
      const answer = await runBacktest(place, breaker, policy, Number(days), Date.now());
      setTested({ answer, days: Number(days), policy });
    });
  return (
    <Panel
      title="Try it on the past"
      labelledBy={id}
      aside={<Segmented label="Time" value={days} options={DAYS} onChange={setDays} />}
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center gap-3">
          <Button onClick={() => void run()} disabled={busy || blocked}>
            <History size={14} aria-hidden /> {busy ? 'Reading…' : 'Run backtest'}
          </Button>
          <p className="min-w-0 flex-1 basis-56 text-sm text-fg-2">
            {blocked
              ? 'Solve what is marked first.'
              : 'When would these thresholds have opened the breaker?'}
          </p>
        </div>
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        {tested === null ? null : <Result tested={tested} />}
        {tested !== null && tested.policy !== policy ? (
          <p className="text-xs text-fg-3">The policy has changed since. Run it again.</p>
        ) : null}
      </div>
    </Panel>
  );
}
