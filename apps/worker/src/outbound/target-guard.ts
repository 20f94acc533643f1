import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** Where checks and notifications may connect to. */
export interface TargetGuard {
  /** For `connect`: answers with those addresses of a name that are allowed. What it answers with is what is used. */
  readonly lookup: LookupFunction;
  /** @throws TargetRefused for an address (not a name) that is not allowed. */
  refuseAddress(host: string): void;
}

class TargetRefused extends Error {
  readonly code = 'target_refused';
  constructor(host: string, address: string, why: string) {
    super(host === address ? `${address} ${why}` : `${host} is ${address}, which ${why}`);
    this.name = 'TargetRefused';
  }
}

/** Networks in CIDR notation, e.g. 10.0.0.0/8. @throws RangeError naming the one that is none. */
export function networksOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) addNetwork(list, cidr);
  return list;
}

function addNetwork(list: BlockList, cidr: string): void {
  const [address = '', length = '', ...rest] = cidr.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(prefix <= bits)) {
    throw new RangeError(`"${cidr}" is not a network: write e.g. 10.0.0.0/8 or fd00::/8`);
  }
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Where clouds tell a machine its secrets: never to be reached, whatever is configured. AWS, Azure, Google and others
 * (169.254.169.254), ECS and EKS, Alibaba, Azure's host, Oracle, and the same over IPv6.
 */
const METADATA = networksOf([
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
]);

/** Not on the public internet (IANA's special-purpose registries), and ways of IPv6 around that. */
const PRIVATE = networksOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

/** Resolves a name to all its addresses. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;

/**
 * Refuses private targets but for the networks that are `allowed`, and metadata services always. A name is resolved
 * once, for the connection itself, so that it cannot be another address afterwards.
 */
export function targetGuard(
  allowed: BlockList,
  resolve: Resolve = (host) => lookup(host, { all: true }),
): TargetGuard {
  const whyNot = (address: string): string | null => reasonAgainst(address, allowed);
  return {
    refuseAddress(host) {
      const why = isIP(host) === 0 ? null : whyNot(host);
      if (why !== null) throw new TargetRefused(host, host, why);
    },
    lookup: (host, options, callback) => {
      resolve(host).then(
        (found) => {
          const usable = found
            .map(({ address }) => address)
            .filter((address) => whyNot(address) === null);
          const [first] = usable;
          if (first === undefined) {
            const address = found[0]?.address ?? 'nowhere';
            callback(
              new TargetRefused(host, address, whyNot(address) ?? 'is not an address'),
              '',
              0,
            );
          } else if (options.all === true) {
            callback(
              null,
              usable.map((address) => ({ address, family: isIP(address) })),
            );
          } else {
            callback(null, first, isIP(first));
          }
        },
        (error: unknown) => {
          callback(error instanceof Error ? error : new Error(String(error)), '', 0);
        },
      );
    },
  };
}

function reasonAgainst(written: string, allowed: BlockList): string | null {
  const [address = ''] = written.split('%');
  if (isIP(address) === 0) return 'is not an address';
  const inside = embeddedIPv4(address);
  // Translators and tunnels lead to the IPv4 address in it: that is reached, whatever its wrapping is called.
  if (isMetadata(address) || inside.some(isMetadata)) {
    return 'is a metadata service and never connected to';
  }
  const [mapped] = inside;
  const plain = isMapped(address) && mapped !== undefined ? mapped : address;
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (!PRIVATE.check(plain, family) || allowed.check(plain, family)) return null;
  return 'is private: name its network in PROBE_ALLOWED_NETWORKS to allow it';
}

function isMetadata(address: string): boolean {
  return METADATA.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function isMapped(address: string): boolean {
  const groups = groupsOf(address);
  return (
    groups !== null && groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  );
}

/**
 * Every IPv4 address that an IPv6 address may lead to: its last 32 bits (mapped, compatible, translated, NAT64 with 96 bits of
 * any prefix), those after a shorter NAT64 prefix (RFC 6052), of 6to4, of Teredo (inverted) and of ISATAP. First the last 32.
 */
function embeddedIPv4(address: string): string[] {
  const groups = groupsOf(address);
  if (groups === null) return [];
  const bytes = groups.flatMap((group) => [group >> 8, group & 255]);
  const at = (...places: readonly number[]) => places.map((place) => bytes[place] ?? 0).join('.');
  const teredo = [12, 13, 14, 15].map((place) => 255 - (bytes[place] ?? 0)).join('.');
  return [
    at(12, 13, 14, 15),
    at(2, 3, 4, 5),
    at(4, 5, 6, 7),
    // Byte 8 is kept free in RFC 6052.
    at(5, 6, 7, 9),
    at(6, 7, 9, 10),
    at(7, 9, 10, 11),
    at(9, 10, 11, 12),
    teredo,
  ];
}

/** The eight groups of an IPv6 address, however it is written; null for any other. */
function groupsOf(address: string): readonly number[] | null {
  if (isIP(address) !== 6) return null;
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = written.split('::');
  const parsed = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = parsed(head);
  const after = parsed(tail ?? '');
  const between = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<number>(between).fill(0), ...after];
}
