/** An address as eight groups of 16 bits. IPv4 stands in the last two, as in ::ffff:a.b.c.d. */
interface Address {
  readonly v4: boolean;
  readonly groups: readonly number[];
}

/** A block of addresses: those that share their first `bits` bits. */
export interface Cidr extends Address {
  readonly bits: number;
}

const GROUPS = 8;
const GROUP_BITS = 16;
const ADDRESS_BITS = 128;
/** Bits of ::ffff:0:0/96, under which IPv4 lies. */
const V4_BITS = 96;

/** "10.0.0.0/8", "2001:db8::/32", or one address; null for anything else. Bits past the length are passed over. */
export function cidrOf(text: string): Cidr | null {
  const [address = '', length, more] = text.split('/');
  const parsed = addressOf(address);
  if (parsed === null || more !== undefined) return null;
  // IPv4 written as ::ffff:a.b.c.d counts its bits from the front of IPv6.
  const before = parsed.v4 && !address.includes(':') ? V4_BITS : 0;
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) return null;
  const bits = length === undefined ? ADDRESS_BITS : Number(length) + before;
  return bits > ADDRESS_BITS || (parsed.v4 && bits < V4_BITS) ? null : { ...parsed, bits };
}

/** Whether the address lies in one of the blocks; null when it is no address. IPv4 and IPv6 never meet. */
export function inCidrs(text: string, blocks: readonly Cidr[]): boolean | null {
  const address = addressOf(text);
  if (address === null) return null;
  for (const block of blocks) if (contains(block, address)) return true;
  return false;
}

function contains(block: Cidr, { v4, groups }: Address): boolean {
  if (block.v4 !== v4) return false;
  for (let group = 0, left = block.bits; left > 0; group += 1, left -= GROUP_BITS) {
    const mask = left >= GROUP_BITS ? 0xffff : (0xffff << (GROUP_BITS - left)) & 0xffff;
    if (((groups[group] ?? 0) & mask) !== ((block.groups[group] ?? 0) & mask)) return false;
  }
  return true;
}

/** Longer text is no address: 39 of IPv6, 45 with IPv4 in its tail. */
const LONGEST = 45;

/** An address in IPv4 or IPv6 (RFC 4291), without a zone. IPv4 mapped into IPv6 is IPv4. */
function addressOf(text: string): Address | null {
  if (text.length > LONGEST) return null;
  const plain = quadOf(text);
  if (plain !== null) return { v4: true, groups: [0, 0, 0, 0, 0, 0xffff, ...plain] };
  const groups = groupsOf(text);
  if (groups === null) return null;
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return { v4: mapped, groups };
}

/** "192.0.2.1" as two groups. A leading zero is refused: some read such a part as octal. */
function quadOf(text: string): readonly [number, number] | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (found === null) return null;
  const [a = 256, b = 256, c = 256, d = 256] = found.slice(1).map(byteOf);
  return Math.max(a, b, c, d) > 255 ? null : [a * 256 + b, c * 256 + d];
}

function byteOf(part: string): number {
  return part.length > 1 && part.startsWith('0') ? 256 : Number(part);
}

function groupsOf(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => groupList(half, index === halves.length - 1));
  if (head === undefined || head === null || tail === null) return null;
  if (tail === undefined) return head.length === GROUPS ? head : null;
  const missing = GROUPS - head.length - tail.length;
  // "::" stands for one group at least.
  return missing < 1 ? null : [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** "2001:db8" as groups; the last part of the whole may be IPv4. */
function groupList(text: string, isLast: boolean): readonly number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const quad = isLast && index === parts.length - 1 ? quadOf(part) : null;
    if (quad !== null) groups.push(...quad);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups.length > GROUPS ? null : groups;
}
