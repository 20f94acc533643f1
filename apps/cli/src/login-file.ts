import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError, EXIT } from './cli-error.js';

/** Where the API is, and with which token. */
export interface Login {
  readonly url: string;
  readonly token: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function loginFileOf(env: Variables): string {
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'recloser', 'login.json');
}

/** Nobody else on the machine can read it. */
export async function saveLogin(file: string, login: Login): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}

/** RECLOSER_URL and RECLOSER_TOKEN come before the file. @throws CliError usage when there is neither */
export async function readLogin(env: Variables): Promise<Login> {
  const saved = await readSaved(loginFileOf(env));
  const url = env['RECLOSER_URL'] || saved.url;
  // A token is sent only to where it belongs.
  const token = env['RECLOSER_TOKEN'] || (url === saved.url ? saved.token : undefined);
  if (url === undefined || token === undefined) {
    throw new CliError(
      EXIT.usage,
      'There is no login. Run "recloser login <url>", or set RECLOSER_URL and RECLOSER_TOKEN.',
    );
  }
  return { url: checkUrl(url), token };
}

async function readSaved(file: string): Promise<Partial<Login>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Login>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new CliError(EXIT.usage, `${file} cannot be read. Run "recloser login <url>" again.`);
  }
}

/** Without a slash at its end. @throws CliError usage */
export function checkUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) {
    return text.replace(/\/+$/, '');
  }
  throw new CliError(EXIT.usage, `"${text}" is not a URL. Write http://localhost:4400.`);
}
