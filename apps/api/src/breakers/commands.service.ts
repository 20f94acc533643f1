import { Inject, Injectable } from '@nestjs/common';
import {
  commandBreaker,
  livePartitions,
  nextDue,
  samePartition,
  type Command,
  type Partition,
} from '@recloser/core';
import type { CommitChange, Database, LockedBreaker } from '@recloser/db';
import { RecloserError, isErrorCode, type Actor, type ChangedBreaker } from '@recloser/protocol';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import { detailOf, unknownBreaker } from './breaker-model.js';
import { EnvironmentTurns } from './environment-turns.js';

/** A person's command, its reason, and the version that they saw. */
export interface CommandRequest {
  readonly environmentId: string;
  readonly key: string;
  readonly command: Command;
  /** The part of the fleet that it is about; null: the whole. */
  readonly scope: Partition | null;
  /** For the audit log, e.g. "breaker.trip". */
  readonly action: string;
  readonly reason: string;
  readonly expectedVersion: number | undefined;
}

@Injectable()
export class CommandsService {
  readonly #db: Database;
  readonly #replicas: EnvironmentReplicas;
  readonly #turns = new EnvironmentTurns();

  constructor(
    @Inject(DATABASE) db: Database,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
  ) {
    this.#db = db;
    this.#replicas = replicas;
  }

  /**
   * Commits a command and pushes it. Of two operators at once the second is told, when they say what they saw.
   * @throws RecloserError unknown_breaker, version_conflict, or why the command does not fit the state
   */
  async run(request: CommandRequest, actor: Actor): Promise<ChangedBreaker> {
    const { environmentId, key } = request;
    const result = await this.#turns.run(environmentId, () =>
      this.#db.states.commit(environmentId, actor, [key], (locked, now) =>
        decide(request, locked, now),
      ),
    );
    const change = result.changes[0];
    if (!change) throw unknownBreaker(key);
    const [, breaker] = await Promise.all([
      this.#replicas.committed(result),
      this.#db.states.get(environmentId, key),
    ]);
    return { seq: change.seq, breaker: detailOf(breaker) };
  }
}

function decide(request: CommandRequest, locked: LockedBreaker, now: number): CommitChange {
  const { expectedVersion: expected, action, reason, scope } = request;
  const part = livePartitions(locked).find(
    (live) => scope !== null && samePartition(live.scope, scope),
  );
  const actual = part?.version ?? locked.version;
  if (expected !== undefined && expected !== actual) {
    throw new RecloserError(
      'version_conflict',
      `"${locked.key}" is at version ${actual} by now, and you saw ${expected}. Look at it again, then decide.`,
      { expected, actual, state: locked.state.kind, last: locked.last },
    );
  }
  const result = commandBreaker(locked, request.command, now, Math.random(), request.scope);
  if (!result.ok) throw refusalOf(result);
  const { transition } = result;
  return { transition, action, reason, dueAt: nextDue({ ...locked, ...transition }, now) };
}

function refusalOf({ code, message }: { code: string; message: string }): RecloserError {
  if (isErrorCode(code)) return new RecloserError(code, message);
  return new RecloserError('command_refused', message, { refusal: code });
}
