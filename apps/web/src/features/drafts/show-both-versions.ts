export const BOTH_VERSIONS_ID = 'both-versions';

/** Takes the reader to what somebody else has saved, where an editor shows it. */
export function showBothVersions(): void {
  const heading = document.getElementById(BOTH_VERSIONS_ID);
  heading?.scrollIntoView({ block: 'center' });
  heading?.closest('section')?.querySelector<HTMLElement>('input, button')?.focus();
}
