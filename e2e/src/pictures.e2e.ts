import { expect, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY, type Policy } from '@recloser/core';
import { environmentIn } from './rest.js';
import { type Stack, test, useTheme } from './stack.js';
import { holdStill } from './freeze-page.js';

const PROJECT = 'shop';

/** What is opened stays open until the pictures are taken. */
const PATIENT: Policy = {
  ...DEFAULT_POLICY,
  recovery: { ...DEFAULT_POLICY.recovery, coolDownMs: 3_600_000, coolDownMaxMs: 3_600_000 },
};

const BREAKERS: readonly (readonly [key: string, owner: string, tags: readonly string[]])[] = [
  ['stripe', 'payments', ['tier-1', 'external']],
  ['search', 'discovery', ['tier-1']],
  ['email', 'growth', ['external']],
  ['geo', 'platform', []],
  ['a-dependency-whose-name-goes-on-and-on-until-no-column-can-hold-it-any-more', 'platform', []],
  ['pricing', 'supply', []],
];

const RULES = [
  {
    id: 'staff',
    when: 'not_closed',
    clauses: [{ attribute: 'plan', operator: 'in', values: ['internal'] }],
    effect: { kind: 'admit' },
  },
];

/** The last to be made: nothing is sent there. */
async function furnishChannels(rest: Stack['rest'], path: string): Promise<void> {
  const url = 'https://hooks.example.com/recloser';
  const wish = { url, events: ['opened', 'recovering', 'closed'], reason: 'agreed' } as const;
  await rest.must('POST', path, { ...wish, name: 'On call', kind: 'webhook' });
  const chat = { ...wish, name: 'Payments', kind: 'chat', tags: ['tier-1', 'external'] } as const;
  const params = environmentIn(path);
  const { channel } = await rest.call(api.channels.create, { params, body: chat });
  await rest.must('PATCH', `${path}/${channel.id}`, { paused: true, reason: 'too noisy' }, 1);
}

/** Returns an SDK key. */
async function furnish(stack: Stack): Promise<string> {
  const { rest } = stack;
  const path = await stack.createPlace(PROJECT, 'production');
  for (const [key, owner, tags] of BREAKERS) {
    const body = { key, owner, tags, mode: 'auto', policy: PATIENT, reason: 'set up' };
    await rest.must('POST', `${path}/breakers`, body);
  }
  const params = environmentIn(path);
  const stripe = { ...params, key: 'stripe' };
  const { revision } = await rest.call(api.breakers.read, { params: stripe });
  const rules = { rules: RULES, reason: 'we see it first' };
  await rest.must('PATCH', `${path}/breakers/stripe`, rules, revision);
  await rest.must('POST', `${path}/breakers/stripe/trip`, { reason: 'Provider incident 4711' });
  await rest.must('POST', `${path}/breakers/geo/mode`, { mode: 'observe', reason: 'tuning it' });
  const clauses = [{ attribute: 'country', operator: 'in', values: ['DE', 'FR'] }];
  const segment = { key: 'europe', name: 'Europe', clauses, reason: 'two regions' };
  await rest.must('POST', `${path}/segments`, segment);
  await rest.must('POST', `${path}/schedules`, {
    key: 'db-upgrade',
    name: 'Database upgrade',
    plan: {
      when: { kind: 'once', date: '2099-03-14', time: '02:00' },
      timeZone: 'UTC',
      durationMinutes: 90,
      leadMinutes: 0,
      action: { kind: 'open' },
      breakers: ['search'],
      tags: [],
    },
    reason: 'agreed with the provider',
  });
  await furnishChannels(rest, `${path}/channels`);
  const { key } = await rest.call(api.keys.create, { params, body: { name: 'checkout' } });
  return key;
}

const PAGES: readonly (readonly [name: string, path: string, heading: string])[] = [
  ['fleet', '', 'Fleet'],
  ['breaker', '/breakers/stripe', 'stripe'],
  ['rules', '/breakers/stripe/rules', 'stripe'],
  ['policy', '/breakers/stripe/policy', 'stripe'],
  ['segments', '/segments', 'Segments'],
  ['schedules', '/schedules', 'Schedules'],
  ['notifications', '/notifications', 'Notifications'],
  ['audit', '/audit', 'Audit'],
  ['instances', '/instances', 'Instances'],
  ['keys', '/keys', 'Keys'],
  ['people', '/people', 'People'],
  ['environments', '/environments', 'Environments'],
];

const SIZES = {
  desktop: { width: 1200, height: 760 },
  phone: { width: 390, height: 760 },
} as const;

/** The calendar shows this month. */
const VARYING = 'section:has(button[aria-label="Month before"])';

async function settled(page: Page, heading: string): Promise<void> {
  await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
  await expect(page.getByText('Reading…')).toHaveCount(0);
  await expect(page.getByText('connecting…')).toHaveCount(0);
  await expect(page.getByText('Live', { exact: true }).filter({ visible: true })).toBeVisible();
  // What only the feed tells.
  if (heading === 'Instances') await expect(page.getByText('3 instances connected.')).toBeVisible();
  if ((page.viewportSize()?.width ?? 0) > SIZES.phone.width) {
    await expect(page.getByText('3 SDKs')).toBeVisible();
  }
  await page.waitForLoadState('networkidle');
}

test.describe('pages look as they did', () => {
  test.use({
    timezoneId: 'UTC',
    locale: 'en-GB',
    contextOptions: { reducedMotion: 'reduce' },
  });
  let furnished: Promise<string> | null = null;

  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of ['dark', 'light'] as const) {
      test(`${size}, ${theme}`, async ({ signedIn: page, stack }) => {
        test.slow();
        furnished ??= furnish(stack);
        const key = await furnished;
        for (const at of ['a', 'b', 'c'])
          await stack.connect('search', `checkout-${at}`, { sdkKey: key });
        await page.setViewportSize(viewport);
        await useTheme(page, stack.url, theme);
        for (const [name, path, heading] of PAGES) {
          await page.goto(`${stack.url}/${PROJECT}/production${path}`);
          await settled(page, heading);
          await holdStill(page, VARYING);
          await expect.soft(page).toHaveScreenshot(['pages', `${name}-${size}-${theme}.png`]);
        }
      });
    }
  }
});
