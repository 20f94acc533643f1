import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@recloser/platform';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withClient } from './client.js';

/** A program of the system, no package. */
const OPENSSL = 'openssl';

const OPTIONS = { name: 'test:tls' };
const server = new EmbeddedPostgres();
let folder: string;
let certificate: string;

beforeAll(async () => {
  await server.start();
  folder = mkdtempSync(join(tmpdir(), 'recloser-tls-'));
  certificate = join(folder, 'server.crt');
  await withClient(server.url(), OPTIONS, async (client) => {
    const { rows } = await client.query<{ home: string }>(
      `SELECT current_setting('data_directory') AS home`,
    );
    const home = rows[0]?.home ?? '';
    const key = join(home, 'server.key');
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
    ];
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(OPENSSL, [...made, ...names, '-keyout', key, '-out', join(home, 'server.crt')], {
      stdio: 'ignore',
    });
    execFileSync('cp', [join(home, 'server.crt'), certificate]);
    const { uid, gid } = statSync(home);
    for (const name of ['server.key', 'server.crt']) chownSync(join(home, name), uid, gid);
    execFileSync('chmod', ['600', key]);
    await client.query('ALTER SYSTEM SET ssl = on');
    await client.query('SELECT pg_reload_conf()');
  });
  // The new setting holds for connections made after the server has read it.
  await vi.waitFor(() => encrypted('sslmode=no-verify'), 60_000);
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Whether the connection is encrypted; rejects when it is refused. */
function encrypted(query: string): Promise<boolean> {
  return withClient(`${server.url()}?${query}`, OPTIONS, async (client) => {
    const { rows } = await client.query<{ ssl: boolean }>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return rows[0]?.ssl ?? false;
  });
}

describe('sslmode in a database URL, against a certificate that no public authority has signed', () => {
  it.each(['', 'sslmode=disable'])('does not encrypt with "%s"', async (query) => {
    expect(await encrypted(query)).toBe(false);
  });

  it('encrypts without a check with no-verify', async () => {
    expect(await encrypted('sslmode=no-verify')).toBe(true);
  });

  it.each(['require', 'verify-full'])('refuses with %s', async (mode) => {
    await expect(encrypted(`sslmode=${mode}`)).rejects.toThrow(/self-signed certificate/);
  });

  it.each(['require', 'verify-full'])(
    'encrypts with %s and the authority in sslrootcert',
    async (mode) => {
      const root = encodeURIComponent(certificate);
      expect(await encrypted(`sslmode=${mode}&sslrootcert=${root}`)).toBe(true);
    },
  );
});
