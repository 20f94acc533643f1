import { z } from 'zod';
import { idText, type IncomingAlert } from './incoming-alert.js';

const page = z.object({ id: z.string() });

const component = z.object({
  page,
  component: z.object({ id: z.string(), name: z.string().default(''), status: z.string() }),
  component_update: z.object({
    id: idText.optional(),
    created_at: z.string().default(''),
    new_status: z.string(),
  }),
});

const incident = z.object({
  page,
  incident: z.object({
    id: z.string(),
    name: z.string().default(''),
    status: z.string(),
    impact: z.string(),
  }),
});

const DOWN: ReadonlySet<string> = new Set(['partial_outage', 'major_outage']);
const SEVERE: ReadonlySet<string> = new Set(['major', 'critical']);
/** From `monitoring` on it is mended; maintenance has other statuses. */
const ONGOING: ReadonlySet<string> = new Set(['investigating', 'identified']);

export function readStatuspage(body: unknown): IncomingAlert | null {
  return readComponent(body) ?? readIncident(body);
}

function readComponent(body: unknown): IncomingAlert | null {
  const { data } = component.safeParse(body);
  if (data === undefined) return null;
  const { component: about, component_update: update } = data;
  const words = update.new_status.replaceAll('_', ' ');
  return {
    source: 'Statuspage',
    firing: DOWN.has(update.new_status),
    alerts: [`${about.id}@${update.id ?? update.created_at}`],
    summary: `${about.name}: ${words}`,
  };
}

function readIncident(body: unknown): IncomingAlert | null {
  const { data } = incident.safeParse(body);
  if (data === undefined) return null;
  const { id, name, status, impact } = data.incident;
  return {
    source: 'Statuspage',
    firing: SEVERE.has(impact) && ONGOING.has(status),
    alerts: [id],
    summary: `${name} (${impact}, ${status})`,
  };
}
