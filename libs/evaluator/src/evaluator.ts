import type { Bus, SignalStore, WindowSum } from '@recloser/backbone';
import {
  decideBreaker,
  fleetSince,
  heldNote,
  isSuspicious,
  keyIdsOf,
  NO_EVIDENCE,
  type AckEvidence,
  type BreakerRecord,
  type Evidence,
  type Millis,
  type OpeningsHold,
  type DecisionResult,
  type Partition,
  partitionName,
  withKeyNames,
} from '@recloser/core';
import type { Decision, LoadedBreaker, LockedBreaker, States } from '@recloser/db';
import type { Actor, PermitClaim } from '@recloser/protocol';
import {
  type Answers,
  assemble,
  type NamedQuery,
  firstQueries,
  secondQueries,
  statesOf,
  type StoreTime,
} from './evidence.js';
import { checkWanted, type Evaluated, joined, nextEvaluation } from './evaluated.js';
import { latencyOfStep, withLatencyBefore } from './latency.js';
import { opens, type CorrelatedOpenings } from './openings.js';

const SYSTEM: Actor = { kind: 'system', id: null, name: 'Recloser' };

/** At most this many breakers in one transaction, so that a person's click never waits long for the environment's lock. */
const COMMIT_BATCH = 200;
/** Breakers whose evidence is read at once: of a large fleet that fails, each has some ten kB. */
const READ_BATCH = 100;
/** Acknowledgements arrive without marking a breaker: a step that waits for them is looked at again this soon. */
const ACK_POLL_MS = 200;

const NO_ANSWERS: Answers = { probe: null, acks: null };

/** Who has applied a change, in the whole fleet or a part of it. */
type Acks = (seq: number, part?: Partition) => Promise<AckEvidence>;

/** What an evaluation reads and writes. */
export interface EvaluatorPorts {
  readonly states: Pick<States, 'load' | 'commit' | 'reschedule' | 'due'>;
  readonly signals: Pick<
    SignalStore,
    'now' | 'windowTotals' | 'probes' | 'acks' | 'latencies' | 'markDirty' | 'takeDirty'
  >;
  readonly bus: Pick<Bus, 'publish'>;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  /** Has somebody check the dependency for a round of probes. Asked again as long as nobody does. */
  readonly check?: (claim: PermitClaim) => Promise<void>;
  /** How many instances of an environment have been seen since a time of the database's; absent: not known. */
  readonly seenSince?: (environmentId: string, since: Millis) => Promise<number>;
  /** The names of SDK keys, by their ids; absent: evidence names none. */
  readonly keyNames?: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Has openings wait when many breakers fail at once on the same instances; absent: they never wait. */
  readonly correlated?: Pick<CorrelatedOpenings, 'check'>;
}

/** Reads what is known of some breakers, lets the core decide, and commits what it decided. */
export class Evaluator {
  constructor(private readonly ports: EvaluatorPorts) {}

  /** Evaluates these breakers of one environment. Returns how many changes were committed. */
  async evaluate(environmentId: string, keys: readonly string[]): Promise<number> {
    const acks = this.#acksOf(environmentId);
    const decided: Evaluated[] = [];
    for (let start = 0; start < keys.length; start += READ_BATCH) {
      const some = keys.slice(start, start + READ_BATCH);
      const loaded = await this.ports.states.load(environmentId, some);
      decided.push(...(await this.#evaluateAll(environmentId, loaded, acks)));
    }
    const { evaluated, hold } = await this.#withHeld(environmentId, decided);
    const changing = evaluated.filter(({ outcome }) => outcome.transition !== null);
    let committed = 0;
    for (let start = 0; start < changing.length; start += COMMIT_BATCH) {
      committed += await this.#commit(
        environmentId,
        changing.slice(start, start + COMMIT_BATCH),
        hold,
      );
    }
    const nextEvaluations = evaluated
      .filter(({ outcome }) => outcome.transition === null)
      .flatMap(nextEvaluation);
    await this.ports.states.reschedule(environmentId, nextEvaluations);
    for (const claim of evaluated.flatMap(checkWanted)) await this.ports.check?.(claim);
    return committed;
  }

  /** Openings that have to wait are no changes yet, and are looked at again when the wait is over. */
  async #withHeld(
    environmentId: string,
    decided: readonly Evaluated[],
  ): Promise<{ readonly evaluated: readonly Evaluated[]; readonly hold: OpeningsHold | null }> {
    const verdict = await this.ports.correlated?.check(environmentId, decided);
    if (verdict === undefined) return { evaluated: decided, hold: null };
    const { held, hold } = verdict;
    const waiting: DecisionResult = { transition: null, dueAt: hold?.until ?? null };
    const evaluated = decided.map((entry) =>
      held.has(entry.record.key) ? { ...entry, outcome: waiting } : entry,
    );
    return { evaluated, hold };
  }

  async #evaluateAll(
    environmentId: string,
    loaded: readonly LoadedBreaker[],
    acks: Acks,
  ): Promise<Evaluated[]> {
    const [first] = loaded;
    if (!first) return [];
    const { signals } = this.ports;
    const storeNow = await signals.now();
    const time = { now: storeNow, skew: storeNow - first.now };
    const asked = loaded.flatMap((breaker) =>
      statesOf(breaker).map((record) => ({ record, breaker })),
    );
    const answers = Promise.all(
      asked.map(({ record, breaker }) => this.#answers(record, breaker, acks)),
    );
    const states = asked.map(({ record }) => record);
    const evidence = await this.#evidence(environmentId, states, await answers, time);
    const known = new Map<LoadedBreaker, Evidence>();
    for (const [index, { record, breaker }] of asked.entries()) {
      const own = evidence[index] ?? NO_EVIDENCE;
      known.set(breaker, joined(known.get(breaker), own, record));
    }
    return await Promise.all(
      loaded.map(async (record) => {
        const found = await this.#withFleet(record, known.get(record) ?? NO_EVIDENCE);
        const outcome = decideBreaker(record, found, first.now, this.ports.random());
        return {
          record,
          evidence: await withLatencyBefore(signals, environmentId, { record, outcome }, found),
          outcome: evaluateSooner(record, outcome, first.now),
        };
      }),
    );
  }

  /** Where instances have opened by themselves, also how many there were. */
  async #withFleet({ environmentId, now }: LoadedBreaker, evidence: Evidence): Promise<Evidence> {
    const since = fleetSince(evidence, now);
    if (since === null) return evidence;
    const known = await this.ports.seenSince?.(environmentId, since);
    return known === undefined ? evidence : { ...evidence, known };
  }

  /** What is known of each state: a cheap first look at all, and a second one where the first shows anything. */
  async #evidence(
    environmentId: string,
    states: readonly BreakerRecord[],
    answers: readonly Answers[],
    time: StoreTime,
  ): Promise<Evidence[]> {
    const { signals } = this.ports;
    const read = async (wanted: readonly (readonly NamedQuery[])[]): Promise<WindowSum[][]> => {
      const all = wanted.flatMap((queries) => queries.map(([, query]) => query));
      const sums = all.length === 0 ? [] : await signals.windowTotals(environmentId, all, time.now);
      let taken = 0;
      return wanted.map(({ length }) => sums.slice(taken, (taken += length)));
    };
    const first = states.map((record) => firstQueries(record, time.skew));
    const firstSums = await read(first);
    const second = states.map((record, index) => {
      const [latest] = firstSums[index] ?? [];
      return isSuspicious(record.policy, latest) ? secondQueries(record) : [];
    });
    const secondSums = await read(second);
    return await Promise.all(
      states.map(async (record, index) => {
        const queries = [...(first[index] ?? []), ...(second[index] ?? [])];
        const sums = [...(firstSums[index] ?? []), ...(secondSums[index] ?? [])];
        const evidence = assemble(queries, sums, answers[index] ?? NO_ANSWERS, time);
        const latency = await latencyOfStep(signals, environmentId, record, time);
        return latency === undefined ? evidence : { ...evidence, latency };
      }),
    );
  }

  async #answers(
    { key: breaker, version, state, part }: BreakerRecord,
    { environmentId, seq }: LoadedBreaker,
    acks: Acks,
  ): Promise<Answers> {
    switch (state.kind) {
      case 'probing': {
        const claim: PermitClaim = { environmentId, breaker, version, round: state.round };
        return { probe: await this.ports.signals.probes(claim), acks: null };
      }
      case 'ramping':
        return { probe: null, acks: await acks(seq, part) };
      case 'closed':
      case 'dimmed':
        // For the quorum of a trip it only matters how many are connected, whatever they have applied.
        return { probe: null, acks: await acks(0) };
      case 'open':
        return NO_ANSWERS;
    }
  }

  /** Asks once for each seq and part of the fleet, however many breakers want it. */
  #acksOf(environmentId: string): Acks {
    const asked = new Map<string, Promise<AckEvidence>>();
    const ask = (seq: number, part?: Partition): Promise<AckEvidence> => {
      const name = part === undefined ? `${seq}` : `${seq} ${partitionName(part)}`;
      const known = asked.get(name) ?? this.ports.signals.acks(environmentId, seq, part);
      asked.set(name, known);
      return known;
    };
    return async (seq, part) => {
      const own = await ask(seq, part);
      // Of a part of which nobody is connected nothing will be heard: what the fleet has applied has to do.
      return part !== undefined && own.connected === 0 ? await ask(seq) : own;
    };
  }

  /** Decides again on what is stored under the lock: a breaker that has moved on in between is left to its next evaluation. */
  async #commit(
    environmentId: string,
    changing: readonly Evaluated[],
    hold: OpeningsHold | null,
  ): Promise<number> {
    const seen = new Map(changing.map((entry) => [entry.record.key, entry]));
    const overtaken: string[] = [];
    const names = await this.#keyNames(changing);
    const result = await this.ports.states.commit(
      environmentId,
      SYSTEM,
      [...seen.keys()],
      (locked, now) => {
        const entry = seen.get(locked.key);
        if (entry?.record.version === locked.version)
          return noted(
            decideLocked(locked, entry.evidence, now, this.ports.random(), names),
            entry,
            hold,
            now,
          );
        overtaken.push(locked.key);
        return null;
      },
    );
    // Where one part of a fleet has changed, others may be about to.
    const again = changing.filter(({ outcome }) => outcome.transition?.scopes !== undefined);
    const marked = [...overtaken, ...again.map(({ record }) => record.key)];
    if (marked.length > 0) await this.ports.signals.markDirty(environmentId, marked);
    if (result.changes.length > 0) {
      await this.ports.bus.publish('seq', { environmentId, seq: result.seq });
    }
    return result.changes.length;
  }

  async #keyNames(changing: readonly Evaluated[]): Promise<ReadonlyMap<string, string>> {
    const ids = changing.flatMap(({ outcome }) =>
      keyIdsOf(outcome.transition?.evidence.window ?? null),
    );
    return ids.length === 0 ? new Map() : ((await this.ports.keyNames?.(ids)) ?? new Map());
  }
}

function decideLocked(
  locked: LockedBreaker,
  evidence: Evidence,
  now: Millis,
  random: number,
  keyNames: ReadonlyMap<string, string>,
): Decision {
  const { transition: decided, dueAt } = decideBreaker(locked, evidence, now, random);
  if (decided === null) return { transition: decided, dueAt };
  const transition = { ...decided, evidence: withKeyNames(decided.evidence, keyNames) };
  const after = { ...locked, ...transition, scopes: transition.scopes ?? locked.scopes ?? [] };
  return {
    transition,
    action: `transition.${transition.evidence.cause}`,
    reason: '',
    dueAt: awaitsAcks(after) ? now + ACK_POLL_MS : dueAt,
  };
}

/** An opening that comes after a hold says so. */
function noted(
  decision: Decision,
  entry: Evaluated,
  hold: OpeningsHold | null,
  now: Millis,
): Decision {
  if (decision === null || decision.transition === null || !opens(entry)) return decision;
  const note = heldNote(hold, entry.record.key, now);
  if (note === '') return decision;
  const { transition } = decision;
  const { evidence } = transition;
  const summary = evidence.summary + note;
  return { ...decision, transition: { ...transition, evidence: { ...evidence, summary } } };
}

/** Some ramp of it has taken a step that not everybody has applied yet. */
function awaitsAcks(record: BreakerRecord): boolean {
  return statesOf(record).some(
    ({ state }) => state.kind === 'ramping' && state.dwellStartedAt === null && !state.paused,
  );
}

function evaluateSooner(
  record: LoadedBreaker,
  outcome: DecisionResult,
  now: Millis,
): DecisionResult {
  return outcome.transition === null && awaitsAcks(record)
    ? { ...outcome, dueAt: now + ACK_POLL_MS }
    : outcome;
}
