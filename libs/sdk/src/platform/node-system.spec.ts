import { mkdtempSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../until.fake.js';
import { Recloser } from '../recloser.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recloser-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a path may lead to where a snapshot file should be. */
const PLACES: readonly (readonly [string, (path: string) => string])[] = [
  ['a folder', (path) => (mkdirSync(path), path)],
  ['a device without an end', () => '/dev/zero'],
  ['a file of 65 MiB', (path) => (writeFileSync(path, ''), truncateSync(path, 65 * 2 ** 20), path)],
  ['text that is no snapshot', (path) => (writeFileSync(path, '{"epoch":'), path)],
  ['a text that is nested without end', (path) => (writeFileSync(path, '['.repeat(1e6)), path)],
];

describe('a snapshot file', () => {
  it.each(PLACES)('that is %s is refused at once, and calls go on', async (what, make) => {
    const path = make(join(folder, what.replaceAll(' ', '-')));
    const recloser = new Recloser({ connect: false, snapshotFile: path });
    const codes: string[] = [];
    recloser.on('error', ({ code }) => void codes.push(code));
    await until('it is refused', () => codes.length > 0);
    expect(codes).toEqual(['snapshot_not_read']);
    await expect(recloser.breaker('a').protect(() => 'called')).resolves.toBe('called');
    await recloser.close();
  });
});
