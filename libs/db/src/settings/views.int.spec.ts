import { LIMITS } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { openFixture } from '../spec/fixture.js';

const at = await openFixture();

async function person(id: string) {
  await at.raw.query(
    `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, $1, $1, now())`,
    [id],
  );
  return { userId: id, environmentId: at.production.id };
}

describe('views', () => {
  it('are kept for one person and one environment, the last saved first', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    await at.db.views.save(ada, { name: 'Payments', query: '?owner=payments' });
    await at.db.views.save(ada, { name: 'Open', query: '?state=open' });
    const kept = await at.db.views.save(ada, { name: 'Payments', query: '?group=owner' });
    expect(kept).toMatchObject([
      { name: 'Payments', query: '?group=owner' },
      { name: 'Open', query: '?state=open' },
    ]);
    expect(await at.db.views.list(ada)).toEqual(kept);
    expect(await at.db.views.list(bob)).toEqual([]);
    expect(await at.db.views.list({ ...ada, environmentId: at.development.id })).toEqual([]);
    expect(await at.db.views.remove(bob, 'Open')).toEqual([]);
    expect(await at.db.views.remove(ada, 'Open')).toHaveLength(1);
    expect(await at.db.views.remove(ada, 'Open')).toHaveLength(1);
  });

  it('are as many as the limit says, also when they come at once', async () => {
    const of = await person('cleo');
    const saves = Array.from({ length: LIMITS.viewsPerPerson + 5 }, (_, index) =>
      at.db.views.save(of, { name: `view ${index}`, query: '' }),
    );
    const settled = await Promise.allSettled(saves);
    const refused = settled.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(refused).toMatchObject(refused.map(() => ({ reason: { code: 'limit_reached' } })));
    const kept = await at.db.views.list(of);
    expect(kept).toHaveLength(LIMITS.viewsPerPerson);
    const name = kept[0]?.name ?? '';
    expect(await at.db.views.save(of, { name, query: '?q=a' })).toHaveLength(kept.length);
  });

  it('go with their person', async () => {
    const of = await person('dan');
    await at.db.views.save(of, { name: 'Open', query: '?state=open' });
    await at.raw.query(`DELETE FROM "user" WHERE id = 'dan'`);
    expect(await at.db.views.list(of)).toEqual([]);
  });
});
