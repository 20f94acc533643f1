import { describe, expect, it, vi } from 'vitest';
import { createAudit } from './reader.js';
import { anna, openFixture, toggle } from '../spec/fixture.js';

const at = await openFixture();
const chain = at.production.id;
const audit = createAudit(at.raw);
await at.db.breakers.create(chain, anna, { key: 'a', reason: 'r' });
await at.db.states.commit(chain, anna, ['a'], toggle);

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The statements that `read` sends. */
async function statementsOf(read: () => Promise<unknown>): Promise<Statement[]> {
  const query = vi.spyOn(at.raw, 'query');
  try {
    await read();
    return query.mock.calls.map((call): Statement => {
      const [text, values]: unknown[] = [...call];
      if (typeof text !== 'string' || !Array.isArray(values)) throw new Error('no statement');
      return { text, values };
    });
  } finally {
    query.mockRestore();
  }
}

/** How PostgreSQL runs it when it may sort only what no index has in order. */
async function planOf({ text, values }: Statement): Promise<string> {
  const client = await at.raw.connect();
  try {
    await client.query('BEGIN; SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    await client.query('ROLLBACK');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release();
  }
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

describe('a log of a million events', () => {
  const later = Date.now() + 60_000;
  it.each<[string, () => Promise<unknown>]>([
    ['a page', () => audit.list({ chain }, { limit: 1 })],
    ['the next page', () => audit.list({ chain }, { cursor: '2', limit: 1 })],
    ['a page of one breaker', () => audit.list({ chain, breaker: 'a' }, { limit: 1 })],
    ['a folded page', () => audit.list({ chain, probeRounds: 'fold' }, { limit: 1 })],
    [
      'a folded page of one breaker',
      () => audit.list({ chain, breaker: 'a', probeRounds: 'fold' }, { limit: 1 }),
    ],
    ['the changes of one breaker', () => audit.transitions(chain, 'a', 0, later, 1)],
    ['the export', () => drain(audit.stream({ chain }))],
    ['the verification', () => audit.verify(chain)],
  ])('is not sorted for %s', async (_, read) => {
    const statements = await statementsOf(read);
    const pages = statements.filter(({ text }) => text.includes('FROM audit_event'));
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) expect(await planOf(page)).not.toContain('Sort');
  });

  it('gives one event by its id', async () => {
    const { items } = await audit.list({ chain }, { limit: 1 });
    const id = items[0]?.id ?? '';
    expect((await audit.get(chain, id))?.id).toBe(id);
    expect(await audit.get(at.development.id, id)).toBeNull();
    expect(await audit.get(chain, 'nonsense')).toBeNull();
  });

  it('is verified once for all who ask at the same time', async () => {
    const one = await statementsOf(() => audit.verify(chain));
    const three = await statementsOf(() =>
      Promise.all([audit.verify(chain), audit.verify(chain), audit.verify(chain)]),
    );
    expect(three.length).toBe(one.length);
    expect((await statementsOf(() => audit.verify(chain))).length).toBe(one.length);
  });
});
