import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPayload, reasonOf } from './read-payload.js';

const alert = (status: string, startsAt: string, fingerprint?: string) => ({
  status,
  labels: { alertname: 'StripeDown' },
  startsAt,
  ...(fingerprint === undefined ? {} : { fingerprint }),
});
const alertmanager = (...alerts: readonly unknown[]) => ({
  version: '4',
  status: 'firing',
  commonLabels: { alertname: 'StripeDown' },
  commonAnnotations: { summary: '5xx from Stripe' },
  alerts,
});
const pagerDuty = (event_type: string, data: unknown = { id: 'PT4', title: 'Stripe is down' }) => ({
  event: { id: 'e1', event_type, occurred_at: '2026-05-20T14:00:00Z', data },
});
const page = { id: 'p1', status_indicator: 'major' };
const component = (new_status: string) => ({
  page,
  component: { id: 'c1', name: 'API', status: new_status },
  component_update: { id: 'u1', new_status, old_status: 'operational', component_id: 'c1' },
});
const incident = (status: string, impact: string) => ({
  page,
  incident: { id: 'i1', name: 'Elevated errors', status, impact },
});
const datadog = (title: string) => ({
  ...{ id: '77', title, event_type: 'metric_alert_monitor', body: '…', date: '1' },
  org: { id: '1', name: 'shop' },
});

describe('a payload', () => {
  it.each([
    [
      'Alertmanager fires one of two',
      alertmanager(alert('firing', 't1', 'f1'), alert('resolved', 't1', 'f2')),
      'firing f1@t1',
    ],
    ['Alertmanager resolves', alertmanager(alert('resolved', 't1', 'f1')), 'silent '],
    [
      'Grafana names alerts by labels',
      alertmanager(alert('firing', 't1')),
      'firing [["alertname","StripeDown"]]@t1',
    ],
    ['PagerDuty triggers', pagerDuty('incident.triggered'), 'firing PT4'],
    ['PagerDuty reopens', pagerDuty('incident.reopened'), 'firing PT4@2026-05-20T14:00:00Z'],
    ['PagerDuty acknowledges', pagerDuty('incident.acknowledged'), 'silent '],
    ['PagerDuty resolves', pagerDuty('incident.resolved'), 'silent '],
    ['PagerDuty tests a webhook', pagerDuty('pagey.ping', { message: 'hello' }), 'silent '],
    ['Statuspage has a major outage', component('major_outage'), 'firing c1@u1'],
    ['Statuspage has a partial outage', component('partial_outage'), 'firing c1@u1'],
    ['Statuspage is degraded', component('degraded_performance'), 'silent c1@u1'],
    ['Statuspage is back', component('operational'), 'silent c1@u1'],
    ['Statuspage investigates', incident('investigating', 'critical'), 'firing i1'],
    ['Statuspage says it is minor', incident('investigating', 'minor'), 'silent i1'],
    ['Statuspage monitors the fix', incident('monitoring', 'critical'), 'silent i1'],
    ['Statuspage announces maintenance', incident('scheduled', 'major'), 'silent i1'],
    ['Datadog’s default fires', datadog('[Triggered on {host:a}] Stripe'), 'firing 77'],
    ['Datadog’s default fires again', datadog('[Re-Triggered on {host:a}] Stripe'), 'firing '],
    ['Datadog’s default recovers', datadog('[Recovered on {host:a}] Stripe'), 'silent '],
    ['Datadog’s default warns', datadog('[Warn on {host:a}] Stripe'), 'silent '],
    [
      'Datadog with a cycle key',
      { alert_transition: 'Re-Triggered', alert_cycle_key: '99', title: 'Stripe' },
      'firing 99',
    ],
    [
      'Datadog without data',
      { alert_transition: 'No Data', alert_cycle_key: '99', title: 'Stripe' },
      'silent 99',
    ],
    ['a script fires', { status: 'firing', alert: 'backup' }, 'firing backup'],
    ['a script is done', { status: 'resolved', alert: 'backup' }, 'silent backup'],
  ])('%s', (_, body, expected) => {
    const { firing, alerts } = readPayload(body);
    expect(`${firing ? 'firing' : 'silent'} ${alerts.join()}`).toBe(expected);
  });

  it.each([
    [null],
    ['firing'],
    [[]],
    [{}],
    [{ status: 'firing' }],
    [{ status: 'firing', alert: 'a', breaker: 'stripe' }],
    [{ version: '4', status: 'firing', alerts: [] }],
    [{ alert_transition: 'Triggered', title: 'without a name' }],
    [{ event_type: 'push', title: 'of a forge', id: 1 }],
    [{ zen: 'Keep it logically awesome.', hook_id: 1 }],
  ])('that is foreign is refused: %j', (body) => {
    expect(() => readPayload(body)).toThrow(
      expect.objectContaining({ code: 'foreign_payload' }) as Error,
    );
  });

  it('of any shape is read or refused, and its reason is one short line', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary', maxLength: 600 }), (body, summary) => {
        try {
          readPayload(body);
        } catch (error) {
          expect(error).toMatchObject({ code: 'foreign_payload' });
        }
        const reason = reasonOf({ source: 'X', firing: true, alerts: [], summary });
        expect(reason).toMatch(/^X:[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
        expect(Array.from(reason).length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 40 },
    );
  });
});
