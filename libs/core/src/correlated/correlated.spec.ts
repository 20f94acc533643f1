import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import {
  HOLD_AGAIN_MS,
  heldNote,
  holdEvidence,
  holdOpenings,
  isTroubled,
  type CorrelatedInput,
  type OpeningsHold,
  type TroubledBreaker,
} from './correlated.js';
import { DEFAULT_CORRELATED, validateCorrelated } from './correlated-settings.js';

const bad = (instanceId: string, service = 'checkout') => ({
  instanceId,
  service,
  zone: null,
  calls: 20,
  failures: 20,
});
function troubled(
  key: string,
  instances: readonly string[],
  { opens = true, service = 'checkout' } = {},
): TroubledBreaker {
  return {
    key,
    opens,
    window: {
      counts: { ...EMPTY_COUNTS, failures: instances.length * 20 },
      failing: instances.length,
      heaviest: instances.map((id) => bad(id, service)),
    },
  };
}
const all = ['a', 'b', 'c', 'd'];
const many = (count: number, instances = all): TroubledBreaker[] =>
  Array.from({ length: count }, (_, index) => troubled(`b${index}`, instances));
const active = (breakers: readonly { readonly key: string }[], more: readonly string[] = []) => [
  ...breakers.map(({ key }) => ({ key, services: ['checkout'] })),
  ...more.map((key) => ({ key, services: ['checkout'] })),
];
const input = (breakers: TroubledBreaker[], more?: readonly string[]): CorrelatedInput => ({
  troubled: breakers,
  active: active(breakers, more),
});
const settings = DEFAULT_CORRELATED;
const NOW = 1_000_000;

describe('holdOpenings', () => {
  it('holds five breakers that fail at once on the same instances, for the wait', () => {
    const verdict = holdOpenings(input(many(5)), null, settings, NOW);
    expect(verdict.held.size).toBe(5);
    expect(verdict.hold).toEqual({
      since: NOW,
      until: NOW + settings.waitMs,
      breakers: ['b0', 'b1', 'b2', 'b3', 'b4'],
      active: 5,
      instances: 4,
    });
  });

  it.each([
    ['one breaker alone', input(many(1))],
    ['fewer than the settings ask for', input(many(4))],
    ['fewer than half of those in use there', input(many(5), ['c', 'd', 'e', 'f', 'g', 'h'])],
    [
      'breakers that fail on different instances',
      input(['a', 'b', 'c', 'd', 'e'].map((id) => troubled(`on ${id}`, [id]))),
    ],
    [
      'breakers of which nobody knows where they fail',
      input(many(5).map((one) => ({ ...one, window: { ...one.window, heaviest: [] } }))),
    ],
    [
      'many that fail, of which none would open',
      input(many(9).map((one) => ({ ...one, opens: false }))),
    ],
  ])('lets go on: %s', (_, given) => {
    const verdict = holdOpenings(given, null, settings, NOW);
    expect(verdict).toEqual({ held: new Set(), hold: null });
  });

  it('counts what fails and would not open yet, and holds only what would', () => {
    const [first, ...others] = many(5);
    const failing = others.map((one) => ({ ...one, opens: false }));
    const { held, hold } = holdOpenings(input([first!, ...failing]), null, settings, NOW);
    expect([...held]).toEqual(['b0']);
    expect(hold?.breakers).toHaveLength(5);
  });

  it('does not count breakers that other services call', () => {
    const elsewhere = Array.from({ length: 50 }, (_, index) => ({
      key: `other ${index}`,
      services: ['search'],
    }));
    const breakers = many(5);
    const given = { troubled: breakers, active: [...active(breakers), ...elsewhere] };
    expect(holdOpenings(given, null, settings, NOW).held.size).toBe(5);
  });

  it('does not delay a breaker that dies on other instances while others are held', () => {
    const breakers = [...many(5), troubled('alone', ['x', 'y'], { service: 'search' })];
    const { held } = holdOpenings(input(breakers), null, settings, NOW);
    expect(held.has('alone')).toBe(false);
    expect(held.size).toBe(5);
  });

  it('compares services and zones where more instances fail than are known by name', () => {
    const group = { service: 'checkout', zone: 'eu-1a', region: 'eu', calls: 900, failures: 900 };
    const counts = { slow: 0, slowInstances: 0, failingBuckets: 8, reporting: 90, failing: 90 };
    const wide = (key: string, zone: string): TroubledBreaker => ({
      ...troubled(key, all),
      window: {
        ...troubled(key, all).window,
        failing: 90,
        groups: [{ ...group, ...counts, zone }],
      },
    });
    const zones = ['eu-1a', 'eu-1a', 'eu-1a', 'eu-1a', 'eu-1a'];
    const same = zones.map((zone, index) => wide(`b${index}`, zone));
    expect(holdOpenings(input(same), null, settings, NOW).held.size).toBe(5);
    const apart = zones.map((zone, index) => wide(`b${index}`, `${zone}${index}`));
    expect(holdOpenings(input(apart), null, settings, NOW).held.size).toBe(0);
  });

  it('lets the openings go on when the others have stopped failing', () => {
    const { hold } = holdOpenings(input(many(5)), null, settings, NOW);
    const later = holdOpenings(input(many(2)), hold, settings, NOW + 500);
    expect(later.held.size).toBe(0);
  });

  it('is off when the environment says so', () => {
    const off = { ...settings, breakers: null };
    expect(holdOpenings(input(many(50)), null, off, NOW).held.size).toBe(0);
  });

  it('keeps no opening waiting for longer than the wait, whatever fails when', () => {
    const steps = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 5_000 }),
        failing: fc.subarray(['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6']),
        waitMs: fc.integer({ min: 250, max: 30_000 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        let now = NOW;
        let last: OpeningsHold | null = null;
        const waitingSince = new Map<string, { at: number; bound: number }>();
        for (const { afterMs, failing, waitMs } of given) {
          now += afterMs;
          const breakers = failing.map((key) => troubled(key, all));
          const verdict = holdOpenings(input(breakers), last, { ...settings, waitMs }, now);
          last = verdict.hold ?? last;
          for (const key of [...waitingSince.keys()]) {
            if (!verdict.held.has(key)) waitingSince.delete(key);
          }
          for (const key of verdict.held) {
            const bound = last!.until - last!.since;
            const since = waitingSince.get(key) ?? { at: now, bound };
            waitingSince.set(key, since);
            expect(now - since.at).toBeLessThan(since.bound);
          }
        }
      }),
    );
  });

  it('does not hold again for the same cause until a minute after the end', () => {
    const { hold } = holdOpenings(input(many(5)), null, settings, NOW);
    const held = (now: number) => holdOpenings(input(many(5)), hold, settings, now).held.size;
    expect(held(hold!.until - 1)).toBe(5);
    expect(held(hold!.until)).toBe(0);
    expect(held(hold!.until + HOLD_AGAIN_MS - 1)).toBe(0);
    expect(held(hold!.until + HOLD_AGAIN_MS)).toBe(5);
  });

  it('goes on when the clock has been set back by an hour', () => {
    const { hold } = holdOpenings(input(many(5)), null, settings, NOW);
    const back = holdOpenings(input(many(5)), hold, settings, NOW - 3_600_000);
    expect(back.hold?.until).toBe(NOW - 3_600_000 + settings.waitMs);
  });
});

describe('what is said of a hold', () => {
  const { hold } = holdOpenings(input(many(6), ['healthy']), null, settings, NOW);

  it('names breakers, instances and the wait', () => {
    expect(holdEvidence(hold!)).toMatchObject({
      cause: 'openings_held',
      summary:
        '6 of 7 breakers failed at once on the same 4 instances: b0, b1, b2, b3, b4 and 1 more. The instances ' +
        'themselves, their network or their name server may be at fault. New automatic openings wait for 2 s, then go on.',
    });
  });

  it('is added to an opening that waited, and to no later one', () => {
    const note =
      ' Openings had waited for 2 s: 6 of 7 breakers failed at once on the same 4 instances.';
    expect(heldNote(hold, 'b3', hold!.until)).toBe(note);
    expect(heldNote(hold, 'healthy', hold!.until)).toBe('');
    expect(heldNote(hold, 'b3', hold!.until + 5_000)).toBe('');
    expect(heldNote(null, 'b3', NOW)).toBe('');
  });
});

describe('isTroubled', () => {
  it.each([
    [0, 0, false],
    [10, 1, false],
    [4, 2, true],
    [5, 2, false],
    [0, 2, true],
    [0, 1, false],
  ])('%i good and %i failed calls: %s', (ok, failures, expected) => {
    expect(isTroubled({ ...EMPTY_COUNTS, ok, failures })).toBe(expected);
  });
});

describe('validateCorrelated', () => {
  it('takes the default, and none', () => {
    expect(validateCorrelated(DEFAULT_CORRELATED)).toEqual([]);
    expect(validateCorrelated({ ...DEFAULT_CORRELATED, breakers: null })).toEqual([]);
  });

  it.each([
    ['breakers', 1],
    ['breakers', 2.5],
    ['share', 1.1],
    ['share', Number.NaN],
    ['waitMs', 0],
    ['waitMs', 30_001],
  ] as const)('refuses %s %s with its bounds', (path, value) => {
    const [problem] = validateCorrelated({ ...DEFAULT_CORRELATED, [path]: value });
    expect(problem).toMatchObject({ path, message: expect.stringContaining('…') as string });
  });
});
