import { Inject, Injectable } from '@nestjs/common';
import {
  commandBreaker,
  liveScopes,
  nextDue,
  sameScope,
  type Command,
  type Scope,
} from '@recloser/core';
import type { CommitChange, Database, LockedBreaker } from '@recloser/db';
import { RecloserError, isErrorCode, type Actor, type ChangedBreaker } from '@recloser/protocol';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentNodes } from '../nodes/environment-nodes.js';
import { detailOf, unknownBreaker } from './breaker-model.js';
import { EnvironmentTurns } from './environment-turns.js';

/** What a person wants done, why, and what they saw when they decided. */
export interface Wish {
  readonly environmentId: string;
  readonly key: string;
  readonly command: Command;
  /** The part of the fleet that it is about; null: the whole. */
  readonly scope: Scope | null;
  /** For the audit log, e.g. "breaker.trip". */
  readonly action: string;
  readonly reason: string;
  readonly expectedVersion: number | undefined;
}

@Injectable()
export class CommandsService {
  readonly #db: Database;
  readonly #nodes: EnvironmentNodes;
  readonly #turns = new EnvironmentTurns();

  constructor(@Inject(DATABASE) db: Database, @Inject(EnvironmentNodes) nodes: EnvironmentNodes) {
    this.#db = db;
    this.#nodes = nodes;
  }

  /**
   * Commits a command and pushes it. Of two operators at once the second is told, when they say what they saw.
   * @throws RecloserError unknown_breaker, version_conflict, or why the command does not fit the state
   */
  async run(wish: Wish, actor: Actor): Promise<ChangedBreaker> {
    const { environmentId, key } = wish;
    const result = await this.#turns.run(environmentId, () =>
      this.#db.states.commit(environmentId, actor, [key], (locked, now) =>
        decide(wish, locked, now),
      ),
    );
    const change = result.changes[0];
    if (!change) throw unknownBreaker(key);
    const [, breaker] = await Promise.all([
      this.#nodes.committed(result),
      this.#db.states.get(environmentId, key),
    ]);
    return { seq: change.seq, breaker: detailOf(breaker) };
  }
}

function decide(wish: Wish, locked: LockedBreaker, now: number): CommitChange {
  const { expectedVersion: expected, action, reason, scope } = wish;
  const part = liveScopes(locked).find((live) => scope !== null && sameScope(live.scope, scope));
  const actual = part?.version ?? locked.version;
  if (expected !== undefined && expected !== actual) {
    throw new RecloserError(
      'version_conflict',
      `"${locked.key}" is at version ${actual} by now, and you saw ${expected}. Look at it again, then decide.`,
      { expected, actual, state: locked.state.kind, last: locked.last },
    );
  }
  const result = commandBreaker(locked, wish.command, now, Math.random(), wish.scope);
  if (!result.ok) throw refusalOf(result);
  const { transition } = result;
  return { transition, action, reason, dueAt: nextDue({ ...locked, ...transition }, now) };
}

function refusalOf({ code, message }: { code: string; message: string }): RecloserError {
  if (isErrorCode(code)) return new RecloserError(code, message);
  return new RecloserError('command_refused', message, { refusal: code });
}
