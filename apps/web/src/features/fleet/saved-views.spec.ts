import { LIMITS } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { allViews, moved, NAME_LENGTH, parseViews, withoutView, withView } from './saved-views';

const view = { name: 'Mine', query: '?owner=me' };

describe('saved views', () => {
  it('reads only what is a view from what a browser has kept', () => {
    expect(parseViews(null)).toEqual([]);
    expect(parseViews('{broken')).toEqual([]);
    expect(parseViews('{}')).toEqual([]);
    expect(parseViews(JSON.stringify([view, { name: 1 }, null]))).toEqual([view]);
  });

  it('puts a new one in front, in place of one of the same name', () => {
    const other = { name: 'Other', query: '' };
    expect(withView([other, { name: 'Mine', query: '' }], view)).toEqual([view, other]);
    expect(withoutView([view, other], 'Mine')).toEqual([other]);
  });

  it('shows what is still in this browser behind what the server keeps', () => {
    const left = { name: 'Left', query: '?q=a' };
    expect(allViews([view], [{ name: 'Mine', query: '' }, left])).toEqual([view, left]);
  });

  it('moves what is not there, under a name that is free', () => {
    expect(moved(view, [])).toEqual(view);
    expect(moved(view, [view])).toBeNull();
    const taken = [
      { name: 'Mine', query: '' },
      { name: 'Mine (2)', query: '' },
    ];
    expect(moved(view, taken)).toEqual({ ...view, name: 'Mine (3)' });
    const long = { name: 'x'.repeat(100), query: '' };
    const first = moved(long, []);
    expect(first?.name).toBe('x'.repeat(NAME_LENGTH));
    expect(moved({ ...long, query: '?q=a' }, first === null ? [] : [first])?.name).toBe(
      `${'x'.repeat(NAME_LENGTH - 4)} (2)`,
    );
    expect(moved({ name: '  ', query: '' }, [])).toEqual({ name: 'View', query: '' });
  });

  it('knows how long a name the API takes', () => {
    expect(NAME_LENGTH).toBe(LIMITS.viewNameLength);
  });
});
