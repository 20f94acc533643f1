import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import { attempt } from '../signals/read.js';
import { nodeClock } from './node-clock.js';
import { type System } from './system.js';

const WATCH_MS = 1_000;
/** As of what a control plane may send at once. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** The system of a Node process. The control-plane client brings the sockets, which only it needs. */
export function nodeSystem(): System {
  return {
    ...nodeClock(),
    random: () => Math.random(),
    env: process.env,
    // A sandbox may not tell it.
    hostname: attempt(hostname) ?? 'unknown',
    pid: process.pid,
    warn: (message, code) => process.emitWarning(message, { type: 'RecloserWarning', code }),
    readFile: readWhole,
    watchFile(path, onChange) {
      // Looks at it instead of waiting for events, which do not come from every file system and mounted secret.
      watchFile(path, { persistent: false, interval: WATCH_MS }, onChange);
      return () => unwatchFile(path, onChange);
    },
    async writeFile(path, text) {
      const { replaceFile } = await import('../control-plane/control-plane-client.js');
      await replaceFile(path, text, Math.random());
    },
  };
}

/** A pipe or a device may have no end, and to read a very long file would hold up the process. */
function readWhole(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
    throw new Error('not a file of 64 MiB at most');
  }
  return readFileSync(path, 'utf8');
}
