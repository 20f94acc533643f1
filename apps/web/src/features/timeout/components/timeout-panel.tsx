'use client';

import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { cn } from '@/lib/cn';
import { useTimeoutSuggestion } from '../api/use-timeout';
import { type Bar, barsOf, basisWords, latencyWords } from '../histogram';

/** Of calls that would succeed, where the policy says nothing else. */
const USUAL_FALSE_RATE = 0.001;
const LEAST_FALSE_RATE = 0.0001;
const MOST_FALSE_RATE = 0.05;

interface TimeoutPanelProps {
  readonly breaker: string;
  /** 0…1, as the policy being edited says; null: it says nothing. */
  readonly falseRate: number | null;
  readonly disabled: boolean;
  /** Takes the suggestion into the policy being edited. */
  readonly onUse: (timeoutMs: number) => void;
}

/** The timeout that the fleet's own latencies suggest. */
export function TimeoutPanel({ breaker, falseRate, disabled, onUse }: TimeoutPanelProps) {
  const asked = falseRate ?? USUAL_FALSE_RATE;
  const rate = asked >= LEAST_FALSE_RATE && asked <= MOST_FALSE_RATE ? asked : USUAL_FALSE_RATE;
  const { data, error, mutate } = useTimeoutSuggestion(breaker, rate);
  const percent = Number((rate * 100).toPrecision(6));
  return (
    <Panel
      title="Suggested timeout"
      aside={
        <span className="text-xs text-fg-3 max-sm:hidden">
          Cuts off {percent}% of the calls that would succeed.
        </span>
      }
    >
      {data === undefined ? (
        <PanelStatus error={error} onRetry={() => void mutate()} />
      ) : (
        <div className="flex flex-col gap-3">
          <div className="flex items-center gap-3">
            <p className="num text-lg font-semibold">
              {data.timeoutMs === null ? 'Not known yet' : latencyWords(data.timeoutMs)}
            </p>
            {data.timeoutMs === null ? null : (
              <Button
                size="sm"
                disabled={disabled}
                onClick={() => {
                  onUse(data.timeoutMs ?? 0);
                }}
              >
                Use as timeout
              </Button>
            )}
          </div>
          <Bars bars={barsOf(data)} />
          <p className="text-xs text-fg-3">{basisWords(data)}</p>
        </div>
      )}
    </Panel>
  );
}

function Bars({ bars }: { readonly bars: readonly Bar[] }) {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  const words = `Latencies from ${latencyWords(first.upToMs)} to ${latencyWords(last.upToMs)}`;
  return (
    <figure>
      <div role="img" aria-label={words} className="flex h-16 items-end gap-px">
        {bars.map(({ upToMs, samples, height, beyond }) => (
          <span
            key={upToMs}
            title={`up to ${latencyWords(upToMs)}: ${samples.toLocaleString('en')}`}
            style={{ height: `${height * 100}%` }}
            className={cn('min-w-px flex-1 rounded-t-sm', beyond ? 'bg-open-mark' : 'bg-fg-3')}
          />
        ))}
      </div>
      <figcaption className="num flex justify-between text-xs text-fg-3">
        <span>{latencyWords(first.upToMs)}</span>
        <span>{latencyWords(last.upToMs)}</span>
      </figcaption>
    </figure>
  );
}
