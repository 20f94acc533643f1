import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cidrOf, inCidrs } from './cidr.js';

function inside(address: string, block: string): boolean | null {
  const parsed = cidrOf(block);
  expect(parsed).not.toBeNull();
  return parsed === null ? null : inCidrs(address, [parsed]);
}

describe('a block of addresses', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.9.9.9/8', true],
    ['192.0.2.129', '192.0.2.128/25', true],
    ['192.0.2.127', '192.0.2.128/25', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '0.0.0.0/0', true],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:0DB8:0:0::1', '2001:db8::1', true],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['10.1.2.3', '::/0', false],
    ['::1', '0.0.0.0/0', false],
    ['1.2.3', '0.0.0.0/0', null],
    ['01.2.3.4', '0.0.0.0/0', null],
    ['fe80::1%eth0', '::/0', null],
    ['1::2::3', '::/0', null],
    ['1:2:3:4:5:6:7:8:9', '::/0', null],
    ['1:2:3:4:5:6:7::8', '::/0', null],
    [':1:2', '::/0', null],
    ['', '::/0', null],
    ['9'.repeat(1_000_000), '::/0', null],
  ])('%s in %s: %s', (address, block, expected) => {
    expect(inside(address, block)).toBe(expected);
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    '::ffff:10.0.0.0/8',
    'x',
    '256.1.1.1',
  ])('is not %j', (text) => {
    expect(cidrOf(text)).toBeNull();
  });

  it('reads addresses as Node does, and tells who is inside', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc
        .array(fc.constantFrom(':', '::', '.', '0', '1', 'ffff', '255', 'g'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.ipV4(), fc.nat(32), (address, base, bits) => {
        expect(cidrOf(address) !== null).toBe(isIP(address) !== 0);
        if (isIP(address) !== 4) return;
        const list = new BlockList();
        list.addSubnet(base, bits, 'ipv4');
        expect(inside(address, `${base}/${bits}`)).toBe(list.check(address, 'ipv4'));
      }),
    );
  });
});
