import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseClientFrame, type ParsedFrame, parseServerFrame } from './codec.js';
import {
  CLIENT_FRAME_KINDS,
  clientFrameSchema,
  SERVER_FRAME_KINDS,
  serverFrameSchema,
} from './sdk-frames.js';

const fileSchema = z.strictObject({
  what: z.string(),
  fixtures: z
    .array(
      z.strictObject({
        name: z.string(),
        why: z.string(),
        /** The frame; or the text, where it is no JSON or would not survive being read. */
        frame: z.unknown().optional(),
        text: z.string().optional(),
        code: z.string().optional(),
      }),
    )
    .min(1),
});

function load(name: string) {
  const path = new URL(`../fixtures/${name}.json`, import.meta.url);
  const { fixtures } = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return fixtures.map((fixture) => ({
    ...fixture,
    text: fixture.text ?? JSON.stringify(fixture.frame),
  }));
}

const sides: readonly [string, (text: string) => ParsedFrame<{ t: string }>, readonly string[]][] =
  [
    ['client', parseClientFrame, CLIENT_FRAME_KINDS],
    ['server', parseServerFrame, SERVER_FRAME_KINDS],
  ];

describe.each(sides)('%s fixtures', (side, parse, kinds) => {
  const valid = load(`${side}-valid`);
  const invalid = load(`${side}-invalid`);

  it.each(valid)('$name is accepted: $why', ({ text }) => {
    const result = parse(text);
    expect(result).toMatchObject({ ok: true });
    // What is accepted means what was sent: nothing is coerced, only unknown fields are left out.
    if (result.ok) expect(JSON.parse(text)).toMatchObject(result.frame);
  });

  it.each(invalid)('$name is refused: $why', ({ text, code }) => {
    const result = parse(text);
    expect(result).toMatchObject({ ok: false, code });
    if (!result.ok) expect(result.message).not.toBe('');
  });

  it('have names of their own and cover every kind', () => {
    for (const list of [valid, invalid]) {
      expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
    }
    const covered = valid.flatMap(({ frame }) => {
      const parsed = z.object({ t: z.string() }).safeParse(frame);
      return parsed.success ? [parsed.data.t] : [];
    });
    expect([...new Set(covered)].sort()).toEqual([...kinds].sort());
  });
});

describe('the lists of kinds', () => {
  it.each([
    [clientFrameSchema.options, CLIENT_FRAME_KINDS],
    [serverFrameSchema.options, SERVER_FRAME_KINDS],
  ] as const)('name what the schemas know', (options, kinds) => {
    const literals = (options as readonly z.ZodObject<{ t: z.ZodLiteral<string> }>[]).map(
      (option) => option.shape.t.value,
    );
    expect([...kinds].sort()).toEqual(literals.sort());
  });
});
