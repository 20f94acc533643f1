import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COUNTED, InstanceCounts } from './instance-counts.js';

const LONGEST = 120;
const WINDOWS = [8, 32, LONGEST];

interface Added {
  readonly bucket: number;
  readonly version: number;
  readonly counts: readonly number[];
}

/** The plainest way to count: everything is kept, and summed when it is asked for. */
class Plain {
  readonly added: Added[] = [];
  version = 1;
  newest = 0;

  sums(now: number, present: boolean): number[] {
    const end = Math.max(now, this.newest);
    return WINDOWS.flatMap((window) =>
      Array.from({ length: COUNTED.fields }, (_, field) =>
        this.added
          .filter(({ bucket }) => end - bucket < window)
          .filter(({ version }) => !present || version === this.version)
          .reduce((sum, { counts }) => sum + (counts[field] ?? 0), 0),
      ),
    );
  }

  buckets(now: number, window: number): Set<number> {
    const end = Math.max(now, this.newest);
    const with_ = this.added.filter(
      ({ bucket, version, counts }) =>
        end - bucket < window && version === this.version && (counts[COUNTED.failures] ?? 0) > 0,
    );
    return new Set(with_.map(({ bucket }) => bucket));
  }
}

const step = fc.record({
  entry: fc.nat(3),
  gap: fc.oneof(fc.nat(2), fc.nat(40), fc.constantFrom(119, 120, 121, 5_000)),
  late: fc.oneof(fc.constant(0), fc.nat(60)),
  present: fc.boolean(),
  counts: fc.array(fc.nat(1_000), { minLength: 6, maxLength: 6 }),
  then: fc.constantFrom('go on', 'go on', 'go on', 'new version', 'delete'),
});

it('sums of many instances in shared arrays equal sums over a plain list, whatever comes, changes or goes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const table = new InstanceCounts(LONGEST);
      const plain = new Map<number, { index: number; own: Plain }>();
      let now = 7_000_000_000;
      let versions = 1;
      for (const { entry, gap, late, present, counts, then } of steps) {
        now += gap;
        const bucket = now - late;
        let one = plain.get(entry);
        if (one === undefined) {
          one = { index: table.create(1, bucket), own: new Plain() };
          plain.set(entry, one);
        }
        const { index, own } = one;
        table.add(index, bucket, present, counts);
        own.added.push({ bucket, version: present ? own.version : -1, counts });
        own.newest = Math.max(own.newest, bucket);
        if (then === 'new version') {
          own.version = versions += 1;
          table.setVersion(index, own.version);
        }
        for (const other of plain.values()) {
          const sums = new Float64Array(WINDOWS.length * COUNTED.fields).fill(77);
          for (const isPresent of [true, false]) {
            table.sum(other.index, { now, windows: WINDOWS, present: isPresent }, sums, 0);
            expect([...sums]).toEqual(other.own.sums(now, isPresent));
          }
          const failed = new Set<number>();
          table.addBuckets(other.index, { now, window: 32, of: 'failures' }, failed);
          expect(failed).toEqual(other.own.buckets(now, 32));
          expect(table.versionOf(other.index)).toBe(other.own.version);
        }
        if (then === 'delete') {
          table.delete(index);
          plain.delete(entry);
        }
      }
    }),
  );
});

it('counts begin afresh when the clock was set back by more than they hold', () => {
  const table = new InstanceCounts(LONGEST);
  const index = table.create(1, 10_000);
  const sums = new Float64Array(COUNTED.fields);
  const okAt = (now: number) => {
    table.sum(index, { now, windows: [LONGEST], present: true }, sums, 0);
    return sums[COUNTED.ok];
  };
  table.add(index, 10_000, true, [5]);
  expect(okAt(9_990)).toBe(5);
  expect(okAt(5_000)).toBe(0);
  table.add(index, 5_000, true, [1]);
  expect(okAt(5_000)).toBe(1);
});
