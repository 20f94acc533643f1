import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './errors.js';

/** Reads a secret of this installation, or makes it up and keeps it readable by its owner only. */
export function keptSecret(path: string): string {
  for (;;) {
    try {
      const secret = readFileSync(path, 'utf8').trim();
      if (secret !== '') return secret;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  }
}
