import {
  DEFAULT_POLICY,
  closedState,
  openState,
  probingState,
  rampingState,
  type BreakerState,
  type TransitionCause,
} from '@recloser/core';
import { describe, expect, it } from 'vitest';
import type { Decision, LockedBreaker } from '../rows/model.js';
import { anna, openFixture, worker } from '../spec/fixture.js';

const at = await openFixture();
const chain = at.production.id;
const { states, audit, breakers } = at.db;
const ROUNDS = 40;

type Next = (now: number) => BreakerState;

/** Commits a change of state by evidence. */
async function move(key: string, cause: TransitionCause, next: Next): Promise<void> {
  const decide = ({ control }: LockedBreaker, now: number): Decision => ({
    transition: {
      state: next(now),
      control,
      versionChanged: true,
      evidence: { cause, summary: `By ${cause}.`, window: null, probe: null, acks: null },
    },
    action: `transition.${cause}`,
    reason: '',
    dueAt: null,
  });
  await states.commit(chain, worker, [key], decide);
}

/** An outage of many failed probe rounds, up to the failure of the last one. */
async function breakDown(key: string, startedAt: number): Promise<void> {
  const facts = (relapses: number) => ({ outageStartedAt: startedAt, rateBefore: 0, relapses });
  await breakers.create(chain, anna, { key, reason: 'r', mode: 'auto' });
  await move(key, 'fast_window', (now) => openState(facts(0), now, now));
  for (let round = 1; round <= ROUNDS; round += 1) {
    await move(key, 'cool_down_ended', (now) => probingState(facts(round - 1), now));
    await move(key, 'probe_failed', (now) => openState(facts(round), now, now));
  }
}

async function comeBack(key: string, startedAt: number): Promise<void> {
  const facts = { outageStartedAt: startedAt, rateBefore: 0, relapses: ROUNDS };
  await move(key, 'cool_down_ended', (now) => probingState(facts, now));
  await move(key, 'probe_passed', (now) => rampingState(DEFAULT_POLICY, facts, now));
  await move(key, 'step_passed', (now) => closedState(DEFAULT_POLICY, ROUNDS, now));
}

describe('an outage with many failed probe rounds', () => {
  const startedAt = Date.now() - 2_000;

  it('is one outage in the breaker, with its first cause and the number of rounds', async () => {
    await breakDown('stripe', startedAt);
    expect((await states.get(chain, 'stripe')).outage).toEqual({
      startedAt,
      cause: 'fast_window',
      summary: 'By fast_window.',
      actor: null,
      failedRounds: ROUNDS,
    });
  });

  it('has one audit row for each change of state, all under its id', async () => {
    const { items } = await audit.list({ chain, breaker: 'stripe' }, { limit: 200 });
    const changes = items.filter(({ action }) => action.startsWith('transition.'));
    expect(changes).toHaveLength(1 + 2 * ROUNDS);
    expect(new Set(changes.map(({ outageId }) => outageId))).toEqual(
      new Set([`stripe@${startedAt}`]),
    );
    expect(items.at(-1)).toMatchObject({ action: 'breaker.create', outageId: null });
  });

  it('does not bury what else happens in a folded list, which counts the rounds', async () => {
    await breakers.create(chain, anna, { key: 'mail', reason: 'r' });
    const { items, next } = await audit.list({ chain, probeRounds: 'fold' }, { limit: 4 });
    expect(items.map(({ action, breaker }) => [action, breaker])).toEqual([
      ['breaker.create', 'mail'],
      ['transition.fast_window', 'stripe'],
      ['breaker.create', 'stripe'],
    ]);
    expect(next).toBeNull();
    const { foldedRounds } = items[1] ?? {};
    expect(foldedRounds?.count).toBe(ROUNDS);
    expect(foldedRounds?.lastAt).toBeGreaterThanOrEqual(foldedRounds?.firstAt ?? Infinity);
    expect(items[0]?.foldedRounds).toBeUndefined();
  });

  it('ends with its close, which still names it', async () => {
    await comeBack('stripe', startedAt);
    expect((await states.get(chain, 'stripe')).outage).toBeNull();
    const { items } = await audit.list(
      { chain, breaker: 'stripe', probeRounds: 'fold' },
      { limit: 10 },
    );
    expect(items.map(({ action, outageStartedAt }) => [action, outageStartedAt])).toEqual([
      ['transition.step_passed', startedAt],
      ['transition.probe_passed', startedAt],
      ['transition.fast_window', startedAt],
      ['breaker.create', null],
    ]);
    expect(items[2]?.foldedRounds?.count).toBe(ROUNDS);
  });

  it('is one open stretch in the chart', async () => {
    const changes = await audit.transitions(chain, 'stripe', startedAt, Date.now() + 60_000, 500);
    expect(changes.map(({ state }) => state)).toEqual(['open', 'ramping', 'closed']);
  });
});

it('knows the outage of a part of the fleet apart from that of the rest', async () => {
  const scope = { kind: 'zone', value: 'eu-1a' } as const;
  const startedAt = Date.now() - 2_000;
  await breakers.create(chain, anna, { key: 'part', reason: 'r', mode: 'auto' });
  await states.commit(chain, worker, ['part'], ({ state, control }, now) => ({
    transition: {
      state,
      control,
      versionChanged: false,
      evidence: {
        cause: 'fast_window',
        summary: 'Zone eu-1a: dead.',
        window: null,
        probe: null,
        acks: null,
        scope,
      },
      scopes: [
        {
          scope,
          version: 2,
          state: openState({ outageStartedAt: startedAt, rateBefore: 0, relapses: 0 }, now, now),
          control: { mode: 'auto' },
          within: {},
          instances: 3,
        },
      ],
    },
    action: 'transition.fast_window',
    reason: '',
    dueAt: null,
  }));
  const { outage, scopes } = await states.get(chain, 'part');
  expect(outage).toBeNull();
  expect(scopes?.[0]?.outage).toMatchObject({ startedAt, summary: 'Zone eu-1a: dead.' });
  const { items } = await audit.list({ chain, breaker: 'part' }, { limit: 1 });
  expect(items[0]?.outageId).toBe(`part/zone:eu-1a@${startedAt}`);
});
