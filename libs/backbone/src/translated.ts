import { isRecloserError, RecloserError } from '@recloser/protocol';
import type { SignalStore } from './ports.js';

type Translate = (error: unknown) => unknown;

/** What Redis says is never about what was asked: it is away, full, loading, or another node's. */
export function translateRedis(error: unknown): unknown {
  if (isRecloserError(error) || !(error instanceof Error)) return error;
  return new RecloserError(
    'unavailable',
    `Redis did not answer (${error.message}). Try again.`,
    {},
    error,
  );
}

/** The same store, whose errors have a stable code where they say that it is not available. */
export function translated(store: SignalStore, change: Translate): SignalStore {
  const coded =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await call(...args);
      } catch (error) {
        throw change(error);
      }
    };
  return {
    now: coded(() => store.now()),
    append: coded((batch) => store.append(batch)),
    takeDirty: coded((limit) => store.takeDirty(limit)),
    markDirty: coded((id, breakers) => store.markDirty(id, breakers)),
    windowTotals: coded((id, queries, now) => store.windowTotals(id, queries, now)),
    perSecondTotals: coded((id, from, to, breakers) =>
      store.perSecondTotals(id, from, to, breakers),
    ),
    latencies: coded((id, from, to, breakers) => store.latencies(id, from, to, breakers)),
    claimPermits: coded((claim, total, want) => store.claimPermits(claim, total, want)),
    recordProbe: coded((claim, id, answer) => store.recordProbe(claim, id, answer)),
    probes: coded((claim) => store.probes(claim)),
    reportPresence: coded((presence) => store.reportPresence(presence)),
    acks: coded((id, seq, part) => store.acks(id, seq, part)),
    heartbeat: coded((ids) => store.heartbeat(ids)),
    heartbeatAges: coded(() => store.heartbeatAges()),
    prune: coded((keepMs) => store.prune(keepMs)),
    close: () => store.close(),
  };
}
