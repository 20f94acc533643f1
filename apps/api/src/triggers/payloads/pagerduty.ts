import { z } from 'zod';
import { type IncomingAlert } from './incoming-alert.js';

/** Version 3 of PagerDuty's webhooks. */
const schema = z.object({
  event: z.object({
    event_type: z.string(),
    occurred_at: z.string().default(''),
    data: z
      .object({ id: z.string().optional(), title: z.string().optional() })
      .nullable()
      .default(null),
  }),
});

/** Others, such as an acknowledgement or a note, say nothing new of the dependency. */
const FIRES: ReadonlySet<string> = new Set(['incident.triggered', 'incident.reopened']);

export function readPagerDuty(body: unknown): IncomingAlert | null {
  const { data } = schema.safeParse(body);
  if (data === undefined) return null;
  const { event_type: type, occurred_at: at, data: incident } = data.event;
  const id = incident?.id;
  const firing = FIRES.has(type) && id !== undefined;
  const name = type === 'incident.reopened' ? `${id ?? ''}@${at}` : (id ?? '');
  return {
    source: 'PagerDuty',
    firing,
    alerts: firing ? [name] : [],
    summary: incident?.title ?? type,
  };
}
