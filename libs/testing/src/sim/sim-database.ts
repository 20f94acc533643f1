import {
  initialState,
  type BreakerView,
  type Command,
  commandBreaker,
  nextDue,
  type Millis,
  type Policy,
  type Partition,
  scheduled,
  type ScheduledEffect,
} from '@recloser/core';
import {
  afterTransition,
  type CommitChange,
  type CommitResult,
  type CommittedChange,
  type Decision,
  type DueBreaker,
  type LoadedBreaker,
  type LockedBreaker,
  type NextEvaluation,
  type States,
  viewOf,
} from '@recloser/db';
import type { ChangeSource } from '@recloser/hub';
import { type Actor, RecloserError } from '@recloser/protocol';

export const ENVIRONMENT = { id: 'env', key: 'production', kind: 'production' } as const;

/** One change as the change log and the audit log keep it. */
export interface Committed {
  readonly seq: number;
  readonly at: Millis;
  readonly actor: Actor;
  readonly action: string;
  readonly before: LockedBreaker;
  readonly after: LockedBreaker;
  readonly view: BreakerView;
}

/** What a simulation may change in what is committed, to see whether anybody notices. */
export type TamperCommit = (change: CommitChange, before: LockedBreaker) => CommitChange;

/**
 * The database of one environment in memory. One transaction is one moment: what PostgreSQL makes of locks and
 * isolation is tested there; here it is what the rest makes of a database that works.
 */
export class SimDatabase {
  readonly epoch = 'epoch-1';
  seq = 0;
  readonly log: Committed[] = [];
  /** Seqs with an audit row. */
  readonly audited: number[] = [];
  /** Maintenance windows as they were meant, each with the seq at which it began. */
  readonly windows: { readonly at: Millis; readonly until: Millis; readonly seq: number }[] = [];
  readonly #breakers = new Map<string, LockedBreaker>();

  constructor(
    private readonly clock: () => Millis,
    private readonly random: () => number,
    private readonly tamper: TamperCommit = (change) => change,
    private readonly isAudited: (seq: number) => boolean = () => true,
  ) {}

  create(key: string, policy: Policy): void {
    const at = this.clock();
    this.#breakers.set(key, {
      key,
      version: 1,
      state: initialState(at),
      control: { mode: 'auto' },
      policy,
      outage: null,
      environmentId: ENVIRONMENT.id,
      breakerId: key,
      meta: {
        name: key,
        description: '',
        owner: '',
        tags: [],
        cohortKey: 'accountId',
        group: null,
        discovered: false,
        createdAt: at,
      },
      salt: `salt-${key}`,
      rules: [],
      segments: [],
      revision: 1,
      seq: 0,
      dueAt: null,
      changedAt: at,
      last: null,
    });
  }

  /** Its clock, in ms since the Unix epoch. */
  now(): Millis {
    return this.clock();
  }

  get keys(): string[] {
    return [...this.#breakers.keys()].sort();
  }

  find(key: string): LockedBreaker {
    const breaker = this.#breakers.get(key);
    if (breaker === undefined) throw new Error(`There is no breaker ${key}.`);
    return breaker;
  }

  /** What stood at `seq`, as the log has it. */
  viewAt(key: string, seq: number): BreakerView {
    const last = this.log.findLast((entry) => entry.seq <= seq && entry.after.key === key);
    const first = this.log.find((entry) => entry.after.key === key);
    return last?.view ?? viewOf(first?.before ?? this.find(key), this.clock());
  }

  load(keys: readonly string[]): LoadedBreaker[] {
    const now = this.clock();
    return keys.flatMap((key) => {
      const breaker = this.#breakers.get(key);
      return breaker === undefined ? [] : [{ ...breaker, view: viewOf(breaker, now), now }];
    });
  }

  due(aheadMs: number): DueBreaker[] {
    const now = this.clock();
    const due = [...this.#breakers.values()].flatMap(({ key: breaker, dueAt }) =>
      dueAt === null || dueAt > now + aheadMs
        ? []
        : [{ environmentId: ENVIRONMENT.id, breaker, waitedMs: now - dueAt }],
    );
    return due.sort((one, other) => other.waitedMs - one.waitedMs);
  }

  reschedule(nextEvaluations: readonly NextEvaluation[]): void {
    for (const { key, seq, dueAt } of nextEvaluations) {
      const breaker = this.#breakers.get(key);
      if (breaker?.seq === seq) this.#breakers.set(key, { ...breaker, dueAt });
    }
  }

  commit(
    actor: Actor,
    keys: readonly string[],
    decide: (locked: LockedBreaker, now: Millis) => Decision,
  ): CommitResult {
    const now = this.clock();
    const decided = [...keys].sort().flatMap((key) => {
      const before = this.#breakers.get(key);
      return before === undefined ? [] : [{ before, decision: decide(before, now) }];
    });
    const changes = decided.flatMap(({ before, decision }) => {
      if (decision?.transition) return [this.#write(before, decision, actor, now)];
      if (decision) this.#breakers.set(before.key, { ...before, dueAt: decision.dueAt });
      return [];
    });
    const { epoch, seq } = this;
    const missing = keys.filter((key) => !this.#breakers.has(key));
    return { environmentId: ENVIRONMENT.id, epoch, seq, now, changes, missing };
  }

  /** A person's click: the same way into the log. */
  command(key: string, request: Command, scope: Partition | null = null): CommitResult {
    return this.commit({ kind: 'user', id: 'u1', name: 'Ada' }, [key], (locked, now) => {
      const result = commandBreaker(locked, request, now, this.random(), scope);
      if (!result.ok) throw new RecloserError('command_refused', result.message);
      const { transition } = result;
      const due = nextDue({ ...locked, ...transition }, now);
      return { transition, action: `breaker.${request.type}`, reason: 'simulated', dueAt: due };
    });
  }

  /** A maintenance window begins, as a worker begins it. */
  begin(key: string, effect: ScheduledEffect): CommitResult {
    const actor: Actor = { kind: 'schedule', id: 'upgrade', name: 'upgrade' };
    const result = this.commit(actor, [key], (locked, now) => {
      const transition = scheduled(locked, effect, now, false);
      if (transition === null) return null;
      const due = nextDue({ ...locked, ...transition }, now);
      return { transition, action: 'schedule.apply', reason: 'simulated', dueAt: due };
    });
    const { until } = effect;
    if (result.changes.length > 0) this.windows.push({ at: result.now, until, seq: result.seq });
    return result;
  }

  /** A change of the policy alone: the state must not notice. */
  edit(key: string, change: (policy: Policy) => Policy): void {
    const before = this.find(key);
    const after = { ...before, policy: change(before.policy), revision: before.revision + 1 };
    this.#append(before, after, 'breaker.edit', { kind: 'user', id: 'u1', name: 'Ada' });
  }

  #write(before: LockedBreaker, wanted: CommitChange, actor: Actor, now: Millis): CommittedChange {
    const change = this.tamper(wanted, before);
    const after = afterTransition(before, change, actor, now);
    return this.#append(before, after, change.action, actor);
  }

  #append(
    before: LockedBreaker,
    changed: LockedBreaker,
    action: string,
    actor: Actor,
  ): CommittedChange {
    this.seq += 1;
    const { seq } = this;
    const at = this.clock();
    const after = { ...changed, seq };
    const view = viewOf(after, at);
    this.#breakers.set(after.key, after);
    this.log.push({ seq, at, actor, action, before, after, view });
    if (this.isAudited(seq)) this.audited.push(seq);
    return { key: after.key, seq, view, auditId: String(seq) };
  }
}

type Ask = <T>(effect: () => Promise<T>) => Promise<T>;

/** What one process reaches of the database, each call as a request of its own. */
export function databasePorts(
  database: SimDatabase,
  ask: Ask,
): {
  readonly states: Pick<States, 'load' | 'commit' | 'reschedule' | 'due'> & ChangeSource['states'];
} & Pick<ChangeSource, 'changes' | 'segments'> {
  const now = async <T>(effect: () => T): Promise<T> => ask(() => attempt(effect));
  return {
    states: {
      load: (_environment, keys = []) => now(() => database.load(keys)),
      commit: (_environment, actor, keys, decide) =>
        now(() => database.commit(actor, keys, decide)),
      reschedule: (_environment, nextEvaluations) =>
        now(() => database.reschedule(nextEvaluations)),
      due: (_limit, _except, aheadMs = 0) => now(() => database.due(aheadMs)),
      snapshot: () => now(() => snapshotOf(database)),
    },
    segments: { contents: () => Promise.resolve([]) },
    changes: {
      since: (_environment, epoch, seq, limit) =>
        now(() => changesSince(database, epoch, seq, limit)),
    },
  };
}

function snapshotOf(database: SimDatabase) {
  const { epoch, seq } = database;
  return { epoch, seq, breakers: database.load(database.keys).map(({ view }) => view) };
}

function changesSince(database: SimDatabase, epoch: string, seq: number, limit: number) {
  if (epoch !== database.epoch || seq > database.seq) return 'gone' as const;
  const changes = database.log
    .filter((entry) => entry.seq > seq)
    .slice(0, limit)
    .map((entry) => ({ seq: entry.seq, key: entry.after.key, view: entry.view }));
  return { epoch, changes };
}

function attempt<T>(effect: () => T): Promise<T> {
  return new Promise((resolve) => resolve(effect()));
}
