import { cohortBucket, OPERATORS } from '@recloser/core';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODES } from './close-codes.js';
import { parseClientFrame, parseServerFrame } from './codec.js';
import { CLIENT_FRAME_KINDS, SERVER_FRAME_KINDS } from './sdk-frames.js';

const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const frames = [...page.matchAll(/^```text\n(\{.*?)^```$/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const isRead = (text: string) => parseClientFrame(text).ok || parseServerFrame(text).ok;

describe('docs/protocol.md', () => {
  it.each(frames)('has an example that is valid: %s', (text) => {
    expect(isRead(text)).toBe(true);
  });

  it('has an example of every frame', () => {
    const kinds = frames.map((text) => /^\{"t":"(\w+)"/.exec(text)?.[1]);
    expect(new Set(kinds)).toEqual(new Set([...CLIENT_FRAME_KINDS, ...SERVER_FRAME_KINDS]));
  });

  it('names every close code and operator', () => {
    const missing = Object.values(CLOSE_CODES).filter(
      ({ code }) => !new RegExp(`^\\| ${code} +\\|`, 'm').test(page),
    );
    expect(missing).toEqual([]);
    expect(OPERATORS.filter((operator) => !page.includes(`\`${operator}\``))).toEqual([]);
  });

  it('gives the buckets that the code computes', () => {
    const rows = [...page.matchAll(/^\| `([^`]+)` +\| `([^`]+)` +\| (\d+) +\| ([\d.]+) +\|$/gm)];
    expect(rows).toHaveLength(7);
    for (const [, salt = '', key = '', bucket, percent] of rows) {
      expect(cohortBucket(salt, key)).toBe(Number(bucket));
      expect((100 * Number(bucket)) / 2 ** 32).toBeCloseTo(Number(percent), 6);
    }
  });
});
