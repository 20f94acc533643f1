import { spawn } from 'node:child_process';
import { basename, dirname } from 'node:path';

/** A program that has not ended by then hangs. */
const LIMIT_MS = 120_000;
const ENV = {
  CI: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  /** A small control plane, for programs that connect. */
  PLANE_MODULE: new URL('plane.mjs', import.meta.url).href,
};

/**
 * Runs a program with Node, in its own folder, and in no environment but a bare one.
 * @param {string} file
 * @returns {Promise<string | null>} what went wrong, with all that it said; null: it ended well
 */
export function runProgram(file) {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, [basename(file)], {
    cwd: dirname(file),
    env: { ...ENV, PATH, HOME, ...(TMPDIR && { TMPDIR }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group, so that what it has started ends with it.
    detached: true,
  });
  let said = '';
  const hear = (chunk) => (said += chunk);
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      said += `\nIt has not ended within ${LIMIT_MS / 1000} s.`;
      endGroup(child);
    }, LIMIT_MS);
    child.on('error', (error) => (said += error.message));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      endGroup(child);
      resolve(code === 0 ? null : `${said}\nIt ended with ${signal ?? `code ${code}`}.`);
    });
  });
}

function endGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
