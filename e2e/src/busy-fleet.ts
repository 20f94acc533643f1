import { expect, type Locator, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { setTimeout as pause } from 'node:timers/promises';
import { environmentIn } from './rest.js';
import { watchContention } from './contention.js';
import { FeedRelay } from './ws-proxy.js';
import { measureResponsiveness, type Responsiveness } from './responsiveness.js';
import { ADMIN, type Service, signIn, type Stack } from './stack.js';

const BREAKERS = 1_000;
const CHANGES_PER_SECOND = 200;
/** But a core that is shared is slower in its own time, too (caches, sibling threads): so many times at most. */
const SLOWEST_CORE = 2;
/** From the wheel to the keys. */
const HAND_MS = 300;
/** Calls through so many breakers every second: they are discovered, and their figures are real. */
async function startCalls(stack: Stack): Promise<() => void> {
  const place = await stack.createPlace('busy', 'development');
  // One key may name half of the breakers that an environment discovers, and not one more.
  const services: Service[] = [];
  for (const name of ['busy-1', 'busy-2']) {
    const params = environmentIn(place);
    const made = await stack.rest.call(api.keys.create, { params, body: { name } });
    services.push(await stack.connect(`svc-${services.length}`, name, { sdkKey: made.key }));
  }
  const breakers = Array.from({ length: BREAKERS }, (_, index) => {
    const service = services[index % services.length] as Service;
    return service.recloser.breaker(`svc-${index}`);
  });
  const callAll = () => {
    for (const [index, breaker] of breakers.entries()) {
      const fails = index % 17 === 0 && Math.random() < 0.1;
      const answer = () => (fails ? Promise.reject(new Error('503')) : Promise.resolve(1));
      void breaker.protect(answer, { accountId: 'acct_1' }).catch(() => undefined);
    }
  };
  callAll();
  const timer = setInterval(callAll, 1_000);
  return () => {
    clearInterval(timer);
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

async function middleOf(locator: Locator): Promise<Point> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not in sight.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Where things are: looked up before, as `measureResponsiveness` wants it. */
async function findPoints(page: Page) {
  const chips = page.getByRole('group', { name: 'Filter by state' });
  const chip = (name: RegExp) => middleOf(chips.getByRole('button', { name }));
  return {
    chips: {
      open: await chip(/^Open/),
      half: await chip(/^Half-open/),
      closed: await chip(/^Closed/),
    },
    search: await middleOf(page.getByRole('searchbox', { name: 'Search breakers' })),
    compact: await middleOf(page.getByRole('radio', { name: 'Compact' })),
    title: await middleOf(page.getByRole('heading', { name: 'Fleet' })),
  };
}

/** The address tells whether a filter has been taken over; asking for it costs the page nothing. */
async function expectQuery(page: Page, query: string): Promise<void> {
  await expect.poll(() => new URL(page.url()).search).toBe(query);
}

async function use(page: Page, points: Awaited<ReturnType<typeof findPoints>>): Promise<void> {
  const { keyboard, mouse } = page;
  const click = ({ x, y }: Point) => mouse.click(x, y);
  for (const [state, point] of Object.entries(points.chips)) {
    await click(point);
    await expectQuery(page, `?state=${state}`);
    await click(point);
    await expectQuery(page, '');
  }
  await click(points.search);
  await keyboard.type('svc-77', { delay: 60 });
  await expectQuery(page, '?q=svc-77');
  await keyboard.press('ControlOrMeta+a');
  await keyboard.press('Delete');
  await expectQuery(page, '');
  await click(points.compact);
  await expectQuery(page, '?density=compact');
  await click(points.title);
  for (let step = 0; step < 8; step += 1) await keyboard.press('j', { delay: 60 });
  for (let step = 0; step < 10; step += 1) await mouse.wheel(0, 1_500);
  await pause(HAND_MS);
  await keyboard.press('ControlOrMeta+k');
  await keyboard.type('svc-42', { delay: 60 });
}

export interface Round extends Responsiveness {
  /** How many times slower the core may have been because it was shared. */
  readonly sharing: number;
  readonly slowestMs: number;
  readonly longestTaskMs: number;
  readonly changesPerSecond: number;
}

/** The page as it is before a round: drawn, fed, and with all its code. */
async function openFleet(page: Page, relay: FeedRelay): Promise<void> {
  await page.goto(`${relay.url}/busy/development`);
  const totals = page.getByLabel('Totals');
  await expect(totals).toContainText('half-open');
  await expect(totals).toContainText(/[1-9][\d,k]*\/s/);
  // Its code comes after the page's, at a time that is no matter of a measurement.
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
}

async function expectFound(page: Page): Promise<void> {
  const options = page.getByRole('dialog').getByRole('option', { name: 'svc-42' });
  await expect(options.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(options).toHaveCount(0);
}

/** Filters, searches, scrolls and moves by keys, while the fleet goes on changing; each shows what it is for. */
export async function playRound(page: Page, relay: FeedRelay): Promise<void> {
  await openFleet(page, relay);
  await use(page, await findPoints(page));
  await expectFound(page);
}

/** The same, with what it costs the page. */
export async function measureRound(page: Page, relay: FeedRelay): Promise<Round> {
  await openFleet(page, relay);
  const points = await findPoints(page);
  const [sentBefore, began] = [relay.sent, performance.now()];
  const contention = watchContention();
  const measured = await measureResponsiveness(page, () => use(page, points));
  const changesPerSecond = ((relay.sent - sentBefore) * 1_000) / (performance.now() - began);
  const sharing = Math.min(SLOWEST_CORE, await contention.stop());
  await expectFound(page);
  const slowestMs = (measured.interactions[0]?.ownMs ?? Infinity) / sharing;
  const longestTaskMs = (measured.tasks[0] ?? Infinity) / sharing;
  return { ...measured, sharing, slowestMs, longestTaskMs, changesPerSecond };
}

/** A fleet whose breakers are called and changed until it is stopped, and the page that shows it. */
export async function startBusyFleet(page: Page, stack: Stack) {
  const stopCalls = await startCalls(stack);
  const relay = await FeedRelay.start(stack.url);
  await signIn(page, relay.url, ADMIN);
  await page.goto(`${relay.url}/busy/development`);
  await expect(page.getByLabel('Totals')).toContainText(`of ${BREAKERS} breakers`);
  relay.changeEverySecond(CHANGES_PER_SECOND);
  const stop = async (): Promise<void> => {
    await relay.stop();
    stopCalls();
    await stack.disconnectAll();
  };
  return { relay, stop };
}

export function wordsOf(round: Round): string {
  const { interactions, tasks, sharing } = round;
  const wall = Math.max(...interactions.map(({ ms }) => ms));
  const long = tasks.filter((ms) => ms / sharing > 50).length;
  return [
    `${interactions.length} interactions, slowest ${Math.round(round.slowestMs)} ms (${interactions[0]?.name ?? '-'}; ${Math.round(wall)} ms on the wall)`,
    `${long} tasks above 50 ms, longest ${Math.round(round.longestTaskMs)} ms`,
    `${Math.round(round.changesPerSecond)} changes/s`,
    `core ${sharing.toFixed(1)} times slower by sharing`,
  ].join('; ');
}
