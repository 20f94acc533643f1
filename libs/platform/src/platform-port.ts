import { PlatformError } from './errors.js';
import { freePort, isPortFree } from './ports.js';

const FIRST = 4400;
const LAST = 4499;

/**
 * The port to listen on: exactly `wanted` (0 means any), or 4400 or the next free one.
 * @throws PlatformError `port_taken`.
 */
export async function choosePort(
  wanted: number | undefined,
  host: string,
  log: (line: string) => void,
): Promise<number> {
  if (wanted === 0) return freePort(host);
  if (wanted !== undefined) {
    if (await isPortFree(wanted, host)) return wanted;
    throw new PlatformError(
      'port_taken',
      `Port ${wanted} is in use (or not allowed) on ${host}. Stop what uses it or choose another port.`,
    );
  }
  for (let port = FIRST; port <= LAST; port += 1) {
    if (!(await isPortFree(port, host))) continue;
    if (port !== FIRST) log(`Port ${FIRST} is in use; using ${port}.`);
    return port;
  }
  throw new PlatformError(
    'port_taken',
    `No port from ${FIRST} to ${LAST} is free on ${host}. Name one with --port.`,
  );
}
