import { headers } from 'next/headers';
import { earlyActOf, keepEarlyInput } from './keep-early-input';

/** The text of functions that use nothing from outside themselves: it runs before any script of the page is there. */
const TEXT = `(${keepEarlyInput.toString()})(${earlyActOf.toString()})`;

/** In the document's head, before anything can be pressed. */
export async function EarlyScript() {
  const policy = (await headers()).get('content-security-policy') ?? '';
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  return (
    <script
      nonce={nonce}
      // Browsers hide the nonce from scripts, so that hydration sees another one.
      suppressHydrationWarning
      dangerouslySetInnerHTML={{ __html: TEXT }}
    />
  );
}
