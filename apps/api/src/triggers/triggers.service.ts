import { Inject, Injectable } from '@nestjs/common';
import { nextDue, triggered, type Millis, type TriggerObstacle } from '@recloser/core';
import {
  archivedBreaker,
  type CommitChange,
  type Database,
  type LockedBreaker,
  type TriggerHolder,
} from '@recloser/db';
import { RecloserError, type TriggerAnswer } from '@recloser/protocol';
import { EnvironmentTurns } from '../breakers/environment-turns.js';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { IncomingAlert } from './payloads/incoming-alert.js';
import { readPayload, reasonOf } from './read-payload.js';
import { TriggerRates } from './trigger-rates.js';

const NOTHING: Readonly<Record<TriggerObstacle | 'repeated' | 'resolved', string>> = {
  resolved: 'It does not fire. A trigger never restores: what it did ends at its time.',
  repeated:
    'This alert has come before, and what the trigger did has ended. A new alert acts again.',
  observing: 'The breaker only observes.',
  held: 'A person or a schedule holds the breaker.',
  lower: 'The breaker admits no more than that already.',
  recovering: 'The breaker is coming back step by step.',
  lasts: 'What the trigger did lasts long enough already.',
};

/** Carries out what monitoring systems send to triggers. */
@Injectable()
export class TriggersService {
  readonly #turns = new EnvironmentTurns();

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(TriggerRates) private readonly rates: TriggerRates,
  ) {}

  /** @throws RecloserError unknown_trigger, trigger_revoked, too_many_requests, unknown_breaker, foreign_payload */
  async call(secret: string, body: unknown): Promise<TriggerAnswer> {
    const holder = await this.#enter(secret);
    const alert = readPayload(body);
    if (!alert.firing) return nothing('resolved');
    let answer: TriggerAnswer = nothing('lasts');
    const result = await this.#turns.run(holder.environmentId, () =>
      this.db.triggers.call(holder, alert.alerts, (locked, now, isNew) => {
        const decided = decide(holder, alert, locked, now, isNew);
        answer = decided.answer;
        return decided.change;
      }),
    );
    await this.replicas.committed(result);
    return answer;
  }

  async #enter(secret: string): Promise<TriggerHolder> {
    const found = await this.db.triggers.authenticate(secret);
    if (!found.ok) throw refused(found);
    if (!this.rates.take(found.holder.id)) {
      const message = 'This trigger was called too often. Group alerts, and try again later.';
      throw new RecloserError('too_many_requests', message, { retryAfterMs: 5_000 });
    }
    if (found.holder.archived) throw archivedBreaker(found.holder.breaker);
    return found.holder;
  }
}

type Refusal = Exclude<Awaited<ReturnType<Database['triggers']['authenticate']>>, { ok: true }>;

function refused(found: Refusal): RecloserError {
  if (found.code === 'unknown_trigger') {
    const detail =
      'There is no such trigger. Check that its URL is complete and of this installation.';
    return new RecloserError('unknown_trigger', detail);
  }
  const at = new Date(found.at).toISOString();
  const detail = `The trigger was revoked at ${at}. Create another one.`;
  return new RecloserError('trigger_revoked', detail, { revokedAt: found.at });
}

const nothing = (why: keyof typeof NOTHING): TriggerAnswer => ({
  result: 'nothing',
  detail: NOTHING[why],
});

interface Decided {
  readonly answer: TriggerAnswer;
  readonly change: CommitChange | null;
}

function decide(
  { action, admission, durationMs, name }: TriggerHolder,
  alert: IncomingAlert,
  locked: LockedBreaker,
  now: Millis,
  isNew: boolean,
): Decided {
  const own = locked.last?.actor.kind === 'trigger';
  const holds = own && (locked.control.mode === 'held' || locked.state.kind === 'dimmed');
  if (!isNew && !holds) return { answer: nothing('repeated'), change: null };
  const effect = { action, admission, until: now + durationMs, name, slackMs: durationMs / 10 };
  const result = triggered(locked, effect, now, own);
  if (result.doing === 'nothing') return { answer: nothing(result.why), change: null };
  const { transition, doing } = result;
  const dueAt = nextDue({ ...locked, ...transition }, now);
  return {
    answer: { result: doing, detail: transition.evidence.summary },
    change: { transition, action: `trigger.${action}`, reason: reasonOf(alert), dueAt },
  };
}
