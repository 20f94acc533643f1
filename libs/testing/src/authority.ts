import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority that nobody else trusts, good for a day. */
export interface TestAuthority {
  /** Path of its own certificate. */
  readonly ca: string;
  /** Makes a certificate for 127.0.0.1 and localhost, or for other names. */
  issue(name: string, altNames?: string): Certificate;
  close(): void;
}

/** A program of the system, no package. */
const OPENSSL = 'openssl';
const LOOPBACK = 'DNS:localhost,IP:127.0.0.1';

/** Needs the `openssl` of the system. */
export function testAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'recloser-authority-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync(OPENSSL, args, { stdio: 'ignore' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const make = (name: string, ...args: string[]): Certificate => {
    const [cert, key] = [file(`${name}.crt`), file(`${name}.key`)];
    const about = ['-x509', '-days', '1', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert];
    openssl('req', ...newKey, ...about, ...args);
    return { cert, key };
  };
  const authority = make('authority');
  return {
    ca: authority.cert,
    issue: (name, altNames = LOOPBACK) =>
      make(
        name,
        ...['-CA', authority.cert, '-CAkey', authority.key],
        ...['-addext', `subjectAltName=${altNames}`, '-addext', 'basicConstraints=CA:FALSE'],
      ),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
