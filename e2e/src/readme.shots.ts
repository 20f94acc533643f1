import { expect, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY, type Policy } from '@recloser/core';
import { type Load, startLoad } from './load.js';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { act, breakerPage, expectLive, type Stack, test } from './stack.js';

const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;
const INSTANCES = 8;

const BREAKERS: readonly (readonly [key: string, owner: string, tags: readonly string[]])[] = [
  ['stripe', 'payments', ['tier-1', 'external']],
  ['search', 'discovery', ['tier-1']],
  ['email', 'growth', ['external']],
  ['inventory', 'supply', ['tier-1']],
  ['geo', 'platform', ['external']],
  ['fraud-score', 'payments', ['tier-1', 'ml']],
  ['ledger', 'payments', ['tier-1']],
  ['pricing', 'supply', []],
  ['tax', 'payments', ['external']],
];

/** All steps, each long enough for a picture. */
const SLOW_STEPS: Policy = {
  ...DEFAULT_POLICY,
  recovery: {
    ...DEFAULT_POLICY.recovery,
    coldSensitive: true,
    dwellMinMs: 20_000,
    dwellMaxMs: 20_000,
  },
};

async function startFleet(stack: Stack): Promise<ReadonlyMap<string, Load>> {
  for (const [key, owner, tags] of BREAKERS) {
    const body = { key, owner, tags, mode: 'auto', policy: SLOW_STEPS, reason: 'set up' };
    await stack.rest.must('POST', `${ENVIRONMENT}/breakers`, body);
  }
  const services = await Promise.all(
    Array.from({ length: INSTANCES }, (_, index) => stack.connect('stripe', `checkout-${index}`)),
  );
  return new Map(
    BREAKERS.map(([key]) => [
      key,
      startLoad(services.map(({ recloser }) => recloser.breaker(key))),
    ]),
  );
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${IMAGES}${name}.png` });
}

async function state(stack: Stack, key: string): Promise<unknown> {
  return (await stack.rest.call(api.breakers.read, { params: { ...PRODUCTION, key } })).step;
}

test('pictures of the real console', async ({ signedIn: page, stack }) => {
  const loads = await startFleet(stack);
  const mode = (key: string) => `${ENVIRONMENT}/breakers/${key}`;
  await stack.rest.must('POST', `${mode('geo')}/mode`, { mode: 'observe', reason: 'tuning it' });
  await page.goto(breakerPage(stack, 'stripe'));
  await expectLive(page);
  await page.waitForTimeout(40_000);

  loads.get('stripe')?.fail(1);
  loads.get('geo')?.fail(0.8);
  await expect(page.getByRole('heading', { name: /Probe in|Probing/ })).toBeVisible();
  loads.get('stripe')?.fail(0.003);
  await expect.poll(() => state(stack, 'stripe'), { timeout: 120_000 }).toMatchObject({ index: 1 });
  await page.waitForTimeout(9_000);
  await shoot(page, 'breaker');

  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(1_500);
  await shoot(page, 'phone');
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.goto(breakerPage(stack, 'email'));
  await act(page, 'Open', 'Provider maintenance until 04:00, agreed with growth');
  await page.goto(`${stack.url}/default/production`);
  await page.waitForTimeout(45_000);
  await shoot(page, 'fleet');
  await page.goto(`${stack.url}/default/production/audit`);
  await expect(page.getByText('Chain verified')).toBeVisible();
  await page.waitForTimeout(1_500);
  await shoot(page, 'audit');
  for (const load of loads.values()) load.stop();
});
