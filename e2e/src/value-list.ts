import { expect, type Locator, type Page } from '@playwright/test';

type Within = Page | Locator;

const chips = (within: Within): Locator =>
  within.getByRole('list', { name: 'Chosen' }).getByRole('listitem');

/** The values of a clause: those that are chips already. */
export async function expectValues(within: Within, values: readonly string[]): Promise<void> {
  await expect(chips(within)).toHaveText([...values]);
}

/** Takes every value away and types others; the last ones count before they are chips. */
export async function replaceValues(within: Within, text: string): Promise<void> {
  // Chips are counted once they are drawn: they come with the field.
  await expect(within.getByLabel('Values')).toBeVisible();
  for (let left = await chips(within).count(); left > 0; left -= 1) {
    await chips(within).last().getByRole('button').click();
  }
  await within.getByLabel('Values').fill(text);
}
