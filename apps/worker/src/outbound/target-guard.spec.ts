import { describe, expect, it } from 'vitest';
import { networksOf, targetGuard, type TargetGuard } from './target-guard.js';

const none = networksOf([]);
const private10 = networksOf(['10.0.0.0/8', '::1/128']);
const everything = networksOf(['0.0.0.0/0', '::/0']);

const refused = (guard: TargetGuard, host: string): string | null => {
  try {
    guard.refuseAddress(host);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'thrown';
  }
};

/** What a connection to a name would go to. */
function lookUp(guard: TargetGuard, host: string, all = true): Promise<unknown> {
  return new Promise((resolve, reject) => {
    guard.lookup(host, { all }, (error, found) => {
      if (error === null) resolve(found);
      else reject(error);
    });
  });
}

describe('private targets', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd12::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    'fe80::1%eth0',
    '2002:7f00:1::',
  ])('%s is refused, with what to do', (address) => {
    expect(refused(targetGuard(none), address)).toContain('PROBE_ALLOWED_NETWORKS');
  });

  it.each(['93.184.216.34', '2606:2800:220:1::1', '::ffff:93.184.216.34', 'example.com'])(
    '%s is not',
    (host) => {
      expect(refused(targetGuard(none), host)).toBeNull();
    },
  );

  it('are allowed where they are configured, and nowhere else', () => {
    const guard = targetGuard(private10);
    expect(refused(guard, '10.200.0.1')).toBeNull();
    expect(refused(guard, '::ffff:10.0.0.1')).toBeNull();
    expect(refused(guard, '::1')).toBeNull();
    expect(refused(guard, '127.0.0.1')).toContain('private');
  });
});

describe('metadata services', () => {
  it.each([
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
  ])('%s is never reached, whatever is configured', (address) => {
    expect(refused(targetGuard(everything), address)).toContain('metadata');
  });

  const hex = (...bytes: number[]) => bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  const pairs = (bytes: readonly string[]) =>
    bytes
      .flatMap((byte, index) => (index % 2 ? [] : [byte + (bytes[index + 1] ?? '00')]))
      .join(':');
  /** Ways in which IPv6 leads to an IPv4 address, with prefixes of one's own, too. */
  const WRAPPED: Readonly<Record<string, (a: number, b: number, c: number, d: number) => string>> =
    {
      mapped: (...quad) => `::ffff:${quad.join('.')}`,
      compatible: (...quad) => `::${quad.join('.')}`,
      translated: (...quad) => `::ffff:0:${quad.join('.')}`,
      'NAT64, well known': (...quad) => `64:ff9b::${quad.join('.')}`,
      'NAT64, local': (...quad) => `64:ff9b:1::${quad.join('.')}`,
      'NAT64, own /96': (...quad) => `2001:db8:1:2:3:4:${pairs(hex(...quad))}`,
      'NAT64, own /64': (...quad) => `2001:db8:1:2:${pairs(hex(0, ...quad, 0, 0, 0))}`,
      'NAT64, own /56': (a, b, c, d) => `2001:db8:1:${pairs(hex(2, a, 0, b, c, d, 0, 0, 0, 0))}`,
      'NAT64, own /48': (a, b, c, d) => `2001:db8:1:${pairs(hex(a, b, 0, c, d, 0, 0, 0, 0, 0))}`,
      'NAT64, own /40': (a, b, c, d) =>
        `2001:db8:${pairs(hex(1, a, b, c, 0, d, 0, 0, 0, 0, 0, 0))}`,
      'NAT64, own /32': (...quad) => `2001:db8:${pairs(hex(...quad))}::`,
      '6to4': (...quad) => `2002:${pairs(hex(...quad))}::1`,
      Teredo: (a, b, c, d) => `2001::${pairs(hex(255 - a, 255 - b, 255 - c, 255 - d))}`,
      ISATAP: (...quad) => `2001:db8::5efe:${quad.join('.')}`,
    };
  const SERVICES = [
    [169, 254, 169, 254],
    [169, 254, 170, 2],
    [169, 254, 170, 23],
    [100, 100, 100, 200],
    [168, 63, 129, 16],
    [192, 0, 0, 192],
  ] as const;

  it.each(Object.entries(WRAPPED))('is not reached by way of %s', (_, wrap) => {
    for (const [a, b, c, d] of SERVICES) {
      const address = wrap(a, b, c, d);
      expect(refused(targetGuard(everything), address), address).toContain('metadata');
      expect(refused(targetGuard(everything), address.toUpperCase()), address).toContain(
        'metadata',
      );
    }
  });
});

describe('a name', () => {
  const names: Record<string, string[]> = {
    both: ['169.254.169.254', '10.0.0.1', '93.184.216.34'],
    inside: ['192.168.0.1'],
    nowhere: [],
  };
  const resolve = (host: string) =>
    Promise.resolve((names[host] ?? []).map((address) => ({ address })));

  it('is resolved for the connection, and only what is allowed of it is used', async () => {
    const usable = ['10.0.0.1', '93.184.216.34'].map((address) => ({ address, family: 4 }));
    expect(await lookUp(targetGuard(private10, resolve), 'both')).toEqual(usable);
    expect(await lookUp(targetGuard(none, resolve), 'both', false)).toBe('93.184.216.34');
  });

  it('is refused when nothing of it is allowed', async () => {
    const guard = targetGuard(none, resolve);
    await expect(lookUp(guard, 'inside')).rejects.toThrow(
      'inside is 192.168.0.1, which is private',
    );
    await expect(lookUp(guard, 'nowhere')).rejects.toMatchObject({ code: 'target_refused' });
    const failing = targetGuard(none, () => Promise.reject(new Error('ENOTFOUND')));
    await expect(lookUp(failing, 'any')).rejects.toThrow('ENOTFOUND');
  });
});

describe('networksOf', () => {
  it.each(['10.0.0.0', '10.0.0.0/33', 'ten/8', '10.0.0.0/8/8', '10.0.0.0/', 'fd00::/129', '/8'])(
    'refuses %s',
    (cidr) => {
      expect(() => networksOf([cidr])).toThrow(`"${cidr}" is not a network`);
    },
  );
});
