import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { type System } from './system.js';

const WATCH_MS = 1_000;

/** The system of a Node process. Sockets come with the uplink, which alone needs them. */
export function nodeSystem(): System {
  return {
    now: () => performance.now(),
    random: () => Math.random(),
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return {
        clear: () => clearTimeout(timer),
        ref: () => void timer.ref(),
        unref: () => void timer.unref(),
      };
    },
    env: process.env,
    hostname: hostname(),
    pid: process.pid,
    warn: (message, code) => process.emitWarning(message, { type: 'RecloserWarning', code }),
    readFile: (path) => readFileSync(path, 'utf8'),
    watchFile(path, onChange) {
      // Looks at it instead of waiting for events, which do not come from every file system and mounted secret.
      watchFile(path, { persistent: false, interval: WATCH_MS }, onChange);
      return () => unwatchFile(path, onChange);
    },
    async writeFile(path, text) {
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}
