import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SDK_NAME } from './version.js';

describe('the version', () => {
  it('is the package’s', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(SDK_NAME).toBe(`js/${manifest.version}`);
  });
});
