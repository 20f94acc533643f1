import type { ClaimedChannel } from '@recloser/db';
import { createHmac } from 'node:crypto';
import { request as httpRequest, STATUS_CODES } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { withDeadline, wordsOf } from '../outbound/deadline.js';
import type { TargetGuard } from '../outbound/target-guard.js';
import { type Notification, textOf } from './notification.js';

const TIMEOUT_MS = 10_000;

type Target = Pick<ClaimedChannel, 'kind' | 'url' | 'secrets' | 'headers'>;

/** Why a notification was not taken; `status` null: there was no answer. */
export interface Refusal {
  readonly status: number | null;
  readonly why: string;
}

/** Sends one notification. Resolves to null when it was taken (2xx), else to the refusal; never rejects. */
export async function send(
  target: Target,
  notification: Notification,
  nowMs: number,
  guard: TargetGuard,
): Promise<Refusal | null> {
  const body = JSON.stringify(
    target.kind === 'chat' ? { text: textOf(notification) } : notification,
  );
  try {
    return await post(target.url, headersOf(target, notification.id, body, nowMs), body, guard);
  } catch (error) {
    const lapsed = error instanceof Error && error.name === 'TimeoutError';
    const why = lapsed ? `no answer within ${TIMEOUT_MS / 1_000} s` : wordsOf(error);
    return { status: null, why };
  }
}

function headersOf({ secrets, headers }: Target, id: string, body: string, nowMs: number) {
  const timestamp = Math.floor(nowMs / 1_000);
  return {
    'user-agent': 'recloser-notify',
    ...Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(secrets.length > 0 && {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      // Of a receiver that knows one of them only, while a secret is rotated.
      'webhook-signature': secrets.map((one) => signature(one, id, timestamp, body)).join(' '),
    }),
  };
}

/** As Standard Webhooks has it: HMAC-SHA256 of "id.timestamp.body", by the bytes behind "whsec_". */
export function signature(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Only the head of the answer is read, and a redirect is a refusal like any other. */
function post(
  address: string,
  headers: Record<string, string | number>,
  body: string,
  guard: TargetGuard,
): Promise<Refusal | null> {
  const url = new URL(address);
  guard.refuseAddress(url.hostname.replace(/^\[|\]$/g, ''));
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return withDeadline<Refusal | null>(TIMEOUT_MS, (signal, settle) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      lookup: guard.lookup,
      signal,
      headers,
    });
    sent.on('error', settle.reject);
    sent.on('response', (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      const taken = status >= 200 && status < 300;
      const why = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
      settle.resolve(taken ? null : { status, why });
    });
    sent.end(body);
  });
}
