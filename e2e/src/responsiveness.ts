import type { Page } from '@playwright/test';

interface Interaction {
  readonly name: string;
  /** Until the next paint, as a clock on the wall sees it: who else uses the machine is in it. */
  readonly ms: number;
  /** Processor time of the page's main thread until then: the page's own share, whoever else uses the machine. */
  readonly ownMs: number;
}

export interface Responsiveness {
  /** The longest first, by `ownMs`. */
  readonly interactions: readonly Interaction[];
  /** Processor time of each of the main thread's tasks, ms, the longest first. */
  readonly tasks: readonly number[];
}

/** Of Chromium's trace what is used here; times are µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time of the thread. */
  readonly tdur?: number;
  readonly args: {
    readonly data?: {
      readonly interactionId?: number;
      readonly type?: string;
      /** ms */
      readonly duration?: number;
    };
  };
}

const CATEGORIES = ['-*', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/**
 * What the browser's own trace says of the page while `act` goes on. `act` must steer by mouse and keyboard alone: a
 * locator is looked up by a script in the page, and would count as the page's work.
 */
export async function measureResponsiveness(
  page: Page,
  act: () => Promise<void>,
): Promise<Responsiveness> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('Only a browser that was launched can be traced.');
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const trace = JSON.parse(String(await browser.stopTracing())) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  return readTrace(trace.traceEvents);
}

function readTrace(events: readonly TraceEvent[]): Responsiveness {
  const told = events.filter(
    ({ name, args }) => name === 'EventTiming' && args.data?.interactionId,
  );
  const [first] = told;
  const tasks = events.filter(
    ({ name, pid, tid }) => name === 'RunTask' && pid === first?.pid && tid === first.tid,
  );
  // One interaction is several events: its longest counts.
  const longest = new Map<number, Interaction>();
  for (const { ts, args } of told) {
    const { interactionId = 0, type = '', duration = 0 } = args.data ?? {};
    if (duration <= (longest.get(interactionId)?.ms ?? 0)) continue;
    const ownMs = workWithin(tasks, ts, ts + duration * 1_000);
    longest.set(interactionId, { name: type, ms: duration, ownMs });
  }
  return {
    interactions: [...longest.values()].toSorted((a, b) => b.ownMs - a.ownMs),
    tasks: tasks.map(({ tdur = 0 }) => tdur / 1_000).toSorted((a, b) => b - a),
  };
}

/** Processor time between two moments, ms. Of a task that reaches beyond them the share that lies between. */
function workWithin(tasks: readonly TraceEvent[], from: number, to: number): number {
  let work = 0;
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    const shared = Math.min(to, ts + dur) - Math.max(from, ts);
    if (shared > 0) work += (tdur * shared) / dur;
  }
  return work / 1_000;
}
