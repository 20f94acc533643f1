import { RecloserError } from '@recloser/protocol';
import { readAlertmanager } from './payloads/alertmanager.js';
import { readDatadog } from './payloads/datadog.js';
import type { IncomingAlert, ReadPayload } from './payloads/incoming-alert.js';
import { readPagerDuty } from './payloads/pagerduty.js';
import { readPlain } from './payloads/plain.js';
import { readStatuspage } from './payloads/statuspage.js';

const READERS: readonly ReadPayload[] = [
  readAlertmanager,
  readPagerDuty,
  readStatuspage,
  readDatadog,
  readPlain,
];

/** @throws RecloserError `foreign_payload` */
export function readPayload(body: unknown): IncomingAlert {
  for (const read of READERS) {
    const found = read(body);
    if (found !== null) return found;
  }
  throw new RecloserError(
    'foreign_payload',
    'This is not a payload of Alertmanager, Datadog, PagerDuty or Statuspage. A script sends {"status":"firing","alert":"its name"}. See docs/triggers.md.',
  );
}

const REASON_LENGTH = 300;

/** "Alertmanager: StripeDown: 5xx from api.stripe.com" on one line, for the audit log. */
export function reasonOf({ source, summary }: IncomingAlert): string {
  const line = `${source}: ${summary}`.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return Array.from(line).slice(0, REASON_LENGTH).join('');
}
