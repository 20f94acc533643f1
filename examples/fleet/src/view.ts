import { styleText } from 'node:util';
import { ADMISSION_ALL, formatAdmission } from '@recloser/core';
import type { Scene } from './story.js';

const BAR_WIDTH = 32;
const REFRESH_MS = 250;
const CLEAR = '\u001B[H\u001B[J';

type Color = 'green' | 'yellow' | 'red';

function colorOf(admission: number): Color {
  if (admission === 0) return 'red';
  return admission === ADMISSION_ALL ? 'green' : 'yellow';
}

/** One mark per instance: its shape tells the state as well as its colour. */
function markOf(admission: number): string {
  if (admission === 0) return styleText('red', '○');
  return admission === ADMISSION_ALL ? styleText('green', '●') : styleText('yellow', '◐');
}

function barOf(admission: number): string {
  const full = Math.round((admission / ADMISSION_ALL) * BAR_WIDTH);
  return (
    styleText(colorOf(admission), '█'.repeat(full)) + styleText('dim', '░'.repeat(BAR_WIDTH - full))
  );
}

/** The picture of one moment, as lines of text. */
function render({ chapter, url, admin, ledger }: Scene, rates: Rates, footer: string): string {
  const admissions = ledger.instances.map(
    (instance) => ledger.latest(instance)?.admission ?? ADMISSION_ALL,
  );
  const fleet = Math.min(...admissions);
  const applied = admissions.filter((admission) => admission === fleet).length;
  const row = (label: string, value: string): string =>
    `  ${styleText('dim', label.padEnd(14))}${value}`;
  return [
    '',
    `  ${styleText('bold', 'Recloser')}  ${chapter}`,
    '',
    row('console', `${url}   ${admin.email} / ${admin.password}`),
    row('admission', `${barOf(fleet)}  ${formatAdmission(fleet)}`),
    row(
      'instances',
      `${admissions.map(markOf).join(' ')}   ${applied} of ${admissions.length} applied`,
    ),
    row(
      'calls',
      `${rates.ok}/s good   ${rates.failed}/s failed   ${rates.rejected}/s rejected at once`,
    ),
    row(
      'dependency',
      `${ledger.totals?.mode ?? 'starting'}   ${rates.arrived}/s arriving   ${ledger.totals?.wasted ?? 0} calls wasted on it while it was dead`,
    ),
    '',
    footer,
    '',
  ].join('\n');
}

interface Rates {
  readonly ok: number;
  readonly failed: number;
  readonly rejected: number;
  readonly arrived: number;
}

/** Rates per second over about the last second. */
class RateMeter {
  #samples: { at: number; ok: number; failed: number; rejected: number; arrived: number }[] = [];

  sample({ ledger }: Scene, at: number): Rates {
    const sample = {
      at,
      ok: ledger.succeeded,
      failed: ledger.failed,
      rejected: ledger.rejected,
      arrived: ledger.totals?.arrived ?? 0,
    };
    this.#samples = [...this.#samples.filter((old) => at - old.at <= 1_000), sample];
    const first = this.#samples[0] ?? sample;
    const seconds = Math.max(0.001, (at - first.at) / 1000);
    const rate = (key: 'ok' | 'failed' | 'rejected' | 'arrived'): number =>
      Math.round((sample[key] - first[key]) / seconds);
    return {
      ok: rate('ok'),
      failed: rate('failed'),
      rejected: rate('rejected'),
      arrived: rate('arrived'),
    };
  }
}

/** Redraws the scene, with the footer below it, until the returned function is called. */
export function show(scene: () => Scene, footer: () => string): () => void {
  const meter = new RateMeter();
  const draw = (): void => {
    const now = scene();
    process.stdout.write(CLEAR + render(now, meter.sample(now, Date.now()), footer()));
  };
  const timer = setInterval(draw, REFRESH_MS);
  return () => {
    clearInterval(timer);
    draw();
  };
}
