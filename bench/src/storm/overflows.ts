import { readFileSync } from 'node:fs';

/** Connections that this machine's accept queues had no room for since it started; null where the system does not say. */
export function acceptOverflows(): number | null {
  try {
    const [names = '', values = ''] = readFileSync('/proc/net/netstat', 'utf8').split('\n');
    const place = names.split(' ').indexOf('ListenOverflows');
    return place < 0 ? null : Number(values.split(' ')[place]);
  } catch {
    return null;
  }
}
