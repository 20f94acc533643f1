import { isIPv6 } from 'node:net';

/** What belongs to one household or host in IPv6: the first 64 bits are the network, the rest is its own to choose. */
const NETWORK_GROUPS = 4;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** What limits count by: an IPv4 address itself, of an IPv6 address its /64. Anything else stands for itself. */
export function addressGroup(address: string): string {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return address;
  // The URL parser writes every spelling of an address in one way (RFC 5952).
  const written = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = '', tail] = written.split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const between = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(between).fill('0'), ...after];
  const inIPv4 = ipv4Of(groups);
  return inIPv4 ?? `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** Of ::ffff:7f00:1, as the URL parser writes a mapped address. */
function ipv4Of(groups: readonly string[]): string | null {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return null;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
