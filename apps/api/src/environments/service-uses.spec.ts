import { EMPTY_COUNTS } from '@recloser/core';
import type { ServiceUse } from '@recloser/db';
import { LIMITS } from '@recloser/protocol';
import { createLog } from '@recloser/server';
import { expect, it } from 'vitest';
import { ServiceUses } from './service-uses.js';

const log = createLog({ name: 'test', level: 'silent' });
const TEN_MINUTES = 2_400;
/** The uses that reach the database, and how to make it fail. */
function table() {
  const written: ServiceUse[][] = [];
  const database = { down: false };
  const uses = new ServiceUses(
    {
      services: {
        noteUses: (batch) => {
          if (database.down) return Promise.reject(new Error('down'));
          written.push([...batch]);
          return Promise.resolve();
        },
        list: () => Promise.resolve({ items: [], complete: true }),
        dropUsesOlderThan: () => Promise.resolve(0),
      },
    },
    log,
  );
  const called = (breaker: string, service: string, bucket = 1_000, environmentId = 'e') => {
    const aggregate = { breaker, version: 1, service, zone: 'a', bucket, counts: EMPTY_COUNTS };
    uses.note({ hubId: 'h', environmentId, aggregates: [aggregate], census: [] });
  };
  const write = async () => {
    written.length = 0;
    await uses.write();
    return written.flat().map(({ breaker, service }) => `${breaker} ${service}`);
  };
  return { called, write, written, database };
}

it('writes who calls what once, with the time of the call', async () => {
  const { called, write, written } = table();
  called('stripe', 'checkout');
  called('stripe', 'checkout', 1_001);
  called('stripe', 'billing');
  called('stripe', 'checkout', 1_002, 'other');
  expect(await write()).toEqual(['stripe checkout', 'stripe billing', 'stripe checkout']);
  expect(written[0]?.[0]).toEqual({
    environmentId: 'e',
    breaker: 'stripe',
    service: 'checkout',
    lastUsedAt: 250_000,
  });
  called('stripe', 'checkout', 1_003);
  expect(await write()).toEqual([]);
});

it('writes what goes on again after ten minutes', async () => {
  const { called, write } = table();
  called('stripe', 'checkout');
  await write();
  called('stripe', 'checkout', 999 + TEN_MINUTES);
  expect(await write()).toEqual([]);
  called('stripe', 'checkout', 1_000 + TEN_MINUTES);
  expect(await write()).toEqual(['stripe checkout']);
});

it('writes what a failing database did not take at the next call', async () => {
  const { called, write, database } = table();
  called('stripe', 'checkout');
  database.down = true;
  expect(await write()).toEqual([]);
  database.down = false;
  expect(await write()).toEqual([]);
  called('stripe', 'checkout');
  expect(await write()).toEqual(['stripe checkout']);
});

it('keeps to a number of services for each breaker, and to batches', async () => {
  const { called, write, written } = table();
  for (let index = 0; index < 2 * LIMITS.servicesPerBreaker; index += 1) called('a', `s${index}`);
  for (let index = 0; index < 600; index += 1) called(`b${index}`, 's');
  expect(await write()).toHaveLength(LIMITS.servicesPerBreaker + 600);
  expect(Math.max(...written.map((batch) => batch.length))).toBe(500);
});
