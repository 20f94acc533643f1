import { breakerPage, type Stack } from './stack.js';

const PAGES = [
  '',
  '/audit',
  '/instances',
  '/schedules',
  '/segments',
  '/notifications',
  '/settings',
  '/transfer',
  '/keys',
  '/tokens',
  '/triggers',
  '/people',
  '/environments',
];

/** The address of every page of an environment, those of one breaker included. */
export function pagesOf(stack: Stack, breaker: string): readonly string[] {
  const own = breakerPage(stack, breaker);
  return [
    ...PAGES.map((path) => `${stack.url}/default/production${path}`),
    own,
    `${own}/policy`,
    `${own}/rules`,
  ];
}
