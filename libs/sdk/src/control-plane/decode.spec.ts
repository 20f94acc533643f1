import { readFileSync } from 'node:fs';
import { type BreakerView } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFull, makeView } from '../sdk.fake.js';
import { decodeServerFrame, decodeSnapshot } from './decode.js';

interface Fixture {
  readonly name: string;
  readonly text?: string;
  readonly frame?: { readonly t: string; readonly breakers?: readonly { rules?: unknown }[] };
  readonly code?: string;
}

function fixturesOf(file: string): readonly Fixture[] {
  const url = new URL(`../../../protocol/fixtures/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { fixtures: Fixture[] }).fixtures;
}

const viewsOf = (...breakers: unknown[]): readonly BreakerView[] =>
  decodeSnapshot(JSON.stringify({ epoch: 'e', seq: 1, breakers }))?.breakers ?? [];

const textOf = ({ text, frame }: Fixture): string => text ?? JSON.stringify(frame);

describe('the golden frames of the protocol', () => {
  it.each(fixturesOf('server-valid').map((fixture) => [fixture.name, fixture] as const))(
    'valid: %s',
    (_, fixture) => {
      const decoded = decodeServerFrame(textOf(fixture));
      // What the SDK has no use for is left out, and nothing is changed.
      expect(fixture.frame).toMatchObject(decoded as object);
    },
  );

  it.each(fixturesOf('server-invalid').map((fixture) => [fixture.name, fixture] as const))(
    'invalid: %s',
    (_, fixture) => {
      const kind = fixture.code === 'unknown_frame' ? 'unknown' : 'malformed';
      expect(decodeServerFrame(textOf(fixture))).toBe(kind);
    },
  );
});

describe('decodeServerFrame', () => {
  it('survives any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decodeServerFrame(text)).toMatch(/malformed|unknown/);
      }),
    );
  });

  it('survives any value in any place', () => {
    const full = makeFull([makeView('a', { rules: [], retryAfterMs: 5 })]);
    const paths = ['epoch', 'seq', 'environment', 'tuning', 'breakers'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const text = JSON.stringify({ ...full, [path]: value });
        expect(decodeServerFrame(text)).not.toBe('unknown');
      }),
    );
  });

  it('is malformed when cut anywhere', () => {
    const text = JSON.stringify(makeFull([makeView('a')]));
    for (let length = 0; length < text.length; length += 1) {
      expect(decodeServerFrame(text.slice(0, length))).toBe('malformed');
    }
  });

  it('takes no inherited name for a kind', () => {
    expect(decodeServerFrame('{"t":"constructor"}')).toBe('unknown');
    expect(decodeServerFrame('{"t":"__proto__"}')).toBe('unknown');
  });

  it('keeps an operator of a later version, which matches nobody', () => {
    const clause = { attribute: 'a', operator: 'orbits', values: ['x'] };
    const rule = { id: 'r', when: 'always', clauses: [clause], effect: { kind: 'reject' } };
    expect(viewsOf({ ...makeView('a'), rules: [rule] })[0]?.rules).toEqual([rule]);
  });

  it('goes by the hash where it does not know a kind of cohort', () => {
    const [suffix, later, none] = viewsOf(
      { ...makeView('a'), cohort: 'suffix' },
      { ...makeView('b'), cohort: 'moon' },
      makeView('c'),
    );
    expect(suffix?.cohort).toBe('suffix');
    expect(later).not.toHaveProperty('cohort');
    expect(none).not.toHaveProperty('cohort');
  });

  it('shares what most breakers have in common', () => {
    const [one, two] = viewsOf(makeView('a'), makeView('b'));
    expect(one?.rules).toBe(two?.rules);
    expect(one?.call).toBe(two?.call);
  });
});
