import { z } from 'zod';
import { idText, type IncomingAlert } from './incoming-alert.js';

/**
 * Datadog lets people write the payload. Its default has `id`, `event_type` and `title`, whose beginning tells what
 * happens: "[Triggered on {host:a}] Name". With `alert_transition` and `alert_cycle_key` in the payload nothing is guessed.
 */
const schema = z.union([
  z.object({
    alert_transition: z.string(),
    alert_cycle_key: idText.optional(),
    id: idText.optional(),
    title: z.string().default(''),
  }),
  z.object({ event_type: z.string(), id: idText, title: z.string(), org: z.unknown() }),
]);

const FIRES = /^(?:Re-)?Triggered\b/;

export function readDatadog(body: unknown): IncomingAlert | null {
  const { data } = schema.safeParse(body);
  if (data === undefined) return null;
  const { title, id } = data;
  const isOwn = 'alert_transition' in data;
  const transition = isOwn ? data.alert_transition : (/^\[([^\]]*)\]/.exec(title)?.[1] ?? '');
  const cycle = isOwn ? data.alert_cycle_key : undefined;
  if (cycle === undefined && id === undefined) return null;
  // An event's id is another each time, so that only the first event of an alert can name it.
  const isFirst = transition.startsWith('Triggered');
  const name = cycle ?? (isFirst ? id : undefined);
  return {
    source: 'Datadog',
    firing: FIRES.test(transition),
    alerts: name === undefined ? [] : [name],
    summary: title,
  };
}
