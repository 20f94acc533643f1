import { describe, expect, it } from 'vitest';
import { lazyPart } from './lazy-part';

const Component = () => null;

describe('lazyPart', () => {
  it('fetches once, however often it is asked', async () => {
    let fetched = 0;
    const part = lazyPart(() => {
      fetched += 1;
      return Promise.resolve(Component);
    });
    await Promise.all([part.load(), part.load()]);
    await part.load();
    expect(fetched).toBe(1);
  });

  it('fetches again after a failure', async () => {
    let fetched = 0;
    const part = lazyPart(() => {
      fetched += 1;
      return fetched === 1 ? Promise.reject(new Error('away')) : Promise.resolve(Component);
    });
    await expect(part.load()).rejects.toThrow('away');
    await part.load();
    await part.load();
    expect(fetched).toBe(2);
  });
});
