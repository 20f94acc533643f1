import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** No tool that we start may phone home, leave a daemon behind or ask a question. */
const quietEnv = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_SKIP_NX_CACHE_WARNING: 'true',
  NEXT_TELEMETRY_DISABLED: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
  DISABLE_OPENCOLLECTIVE: '1',
  npm_config_update_notifier: 'false',
};

let output = 1;

/** From now on tools write to standard error: standard output is for a program's own result. */
export function keepOutputClean() {
  output = 2;
}

/**
 * Runs a command with our terminal and returns its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>}
 */
export function exec(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...quietEnv, ...env },
      stdio: ['ignore', output, 2],
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a command without showing what it says, unless it fails. Lines that `progress` turns into
 * text are shown.
 * @param {string} command
 * @param {string[]} args
 * @param {(line: string) => string | undefined} progress
 * @returns {Promise<number>}
 */
export function execQuietly(command, args, progress) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...quietEnv },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (chunk) => {
      said += chunk;
      for (const line of String(chunk).split('\n')) {
        const text = progress(line);
        if (text !== undefined) console.error(text);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => hear(`${command}: ${error.message}\n`));
    child.on('close', (code) => {
      if (code !== 0) console.error(said);
      resolve(code ?? 1);
    });
  });
}

/**
 * The path of a tool in node_modules/.bin.
 * @param {string} name
 */
export const bin = (name) => join(root, 'node_modules', '.bin', name);

/**
 * Runs a tool from node_modules/.bin.
 * @param {string} name
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function tool(name, args, env) {
  return exec(bin(name), args, env);
}

/**
 * True when a command exists and answers.
 * @param {string} command
 * @param {string[]} args
 */
export function works(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
