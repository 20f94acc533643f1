import { describe, expect, it } from 'vitest';
import { isCurrent, NAVIGATION } from './navigation';

const place = { project: 'default', environment: 'production' };
const current = (pathname: string): string[] =>
  NAVIGATION.filter((item) => isCurrent(pathname, item.href(place), place)).map(
    (item) => item.label,
  );

describe('isCurrent', () => {
  it.each([
    ['/default/production', ['Fleet']],
    ['/default/production/breakers/stripe', ['Fleet']],
    ['/default/production/breakers/a%20b/policy', ['Fleet']],
    ['/default/production/connect', ['Fleet']],
    ['/default/production/audit', ['Audit']],
    ['/default/production/audit/123', ['Audit']],
    ['/default/production-eu', []],
    ['/sign-in', []],
  ])('%s is below %j', (pathname, labels) => {
    expect(current(pathname)).toEqual(labels);
  });
});
