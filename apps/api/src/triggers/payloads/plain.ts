import { z } from 'zod';
import type { IncomingAlert } from './incoming-alert.js';

/** Recloser's own, for scripts: `{"status":"firing","alert":"backup-2026-12-01","summary":"…"}`. */
const schema = z.strictObject({
  status: z.enum(['firing', 'resolved']),
  alert: z.string().min(1).max(1_000),
  summary: z.string().default(''),
});

export function readPlain(body: unknown): IncomingAlert | null {
  const { data } = schema.safeParse(body);
  if (data === undefined) return null;
  const { status, alert, summary } = data;
  return {
    source: 'Trigger',
    firing: status === 'firing',
    alerts: [alert],
    summary: summary || alert,
  };
}
