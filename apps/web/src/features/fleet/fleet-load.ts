import type { LiveState } from '../live/live-state';

export interface FleetLoad {
  /** Calls that reached a breaker, made or rejected, a second. */
  readonly protectedPerSecond: number;
  readonly rejectedPerSecond: number;
  /** Of all calls that reached a breaker, 0…1; null without any. */
  readonly rejectedShare: number | null;
  /** Of the calls that were made, 0…1; null without any. */
  readonly failedShare: number | null;
}

const WINDOW = 5;

/** Means over the feed's last five seconds; null while it has told nothing. */
export function fleetLoad(seconds: LiveState['seconds']): FleetLoad | null {
  const last = seconds.slice(-WINDOW);
  if (last.length === 0) return null;
  const sum = { made: 0, failed: 0, rejected: 0 };
  for (const { items } of last) {
    for (const [, ok, failures, rejected] of items.values()) {
      sum.made += ok + failures;
      sum.failed += failures;
      sum.rejected += rejected;
    }
  }
  const all = sum.made + sum.rejected;
  return {
    protectedPerSecond: all / last.length,
    rejectedPerSecond: sum.rejected / last.length,
    rejectedShare: all === 0 ? null : sum.rejected / all,
    failedShare: sum.made === 0 ? null : sum.failed / sum.made,
  };
}
