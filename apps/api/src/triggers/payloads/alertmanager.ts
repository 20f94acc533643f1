import { z } from 'zod';
import { labels, textIn, type IncomingAlert } from './incoming-alert.js';

const status = z.enum(['firing', 'resolved']);

/** Version 4 of Alertmanager's webhook, and Grafana's, which is like it. */
const schema = z.object({
  version: z.string(),
  status,
  commonLabels: labels.default({}),
  commonAnnotations: labels.default({}),
  alerts: z
    .array(
      z.object({
        status,
        labels: labels.default({}),
        startsAt: z.string(),
        fingerprint: z.string().optional(),
      }),
    )
    .min(1),
});

type Payload = z.infer<typeof schema>;
type Alert = Payload['alerts'][number];

export function readAlertmanager(body: unknown): IncomingAlert | null {
  const { data } = schema.safeParse(body);
  if (data === undefined) return null;
  const firing = data.alerts.filter((alert) => alert.status === 'firing');
  return {
    source: 'Alertmanager',
    firing: firing.length > 0,
    alerts: firing.map(nameOf),
    summary: summaryOf(data, firing),
  };
}

/** Two Alertmanagers of a cluster give an alert the same name, and it has another when it fires anew. */
function nameOf({ fingerprint, labels: values, startsAt }: Alert): string {
  const what = fingerprint ?? JSON.stringify(Object.entries(values).sort());
  return `${what}@${startsAt}`;
}

function summaryOf({ commonLabels, commonAnnotations }: Payload, firing: readonly Alert[]): string {
  const names = new Set(firing.map((alert) => textIn(alert.labels, 'alertname')));
  const name = textIn(commonLabels, 'alertname') || [...names].join(', ');
  const said = textIn(commonAnnotations, 'summary') || textIn(commonAnnotations, 'description');
  return [name, said].filter((part) => part !== '').join(': ');
}
