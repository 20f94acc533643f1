import { expect, it } from 'vitest';
import { instancesQuery, parseInstancesView } from './instances-view';

it.each([
  ['', ''],
  ['service=a+b%26c', 'service=a+b%26c'],
  ['q=eu&gone=true&service=checkout', 'service=checkout&q=eu&gone=true'],
  ['gone=yes&other=1&q=+', ''],
])('reads and writes "%s"', (query, written) => {
  expect(instancesQuery(parseInstancesView(new URLSearchParams(query))).toString()).toBe(written);
});
