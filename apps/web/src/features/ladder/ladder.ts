import {
  type Admission,
  ADMISSION_ALL,
  type Cohort,
  formatAdmission,
  formatHexDigits,
  type Policy,
  sixteenths,
} from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { plural } from '@/lib/format';

/** One stair on the way back: open, probe, the ladder's steps, closed. */
export interface Rung {
  readonly id: string;
  readonly kind: 'open' | 'probe' | 'step' | 'exact' | 'closed';
  readonly label: string;
  readonly note: string;
  readonly admission: Admission;
  readonly status: 'passed' | 'current' | 'ahead';
}

type Plain = Omit<Rung, 'status'>;

function sixteenthsNote(admission: Admission, cohort: Cohort): string {
  if (cohort === 'suffix') return formatHexDigits(admission);
  const count = sixteenths(admission);
  return Number.isInteger(count) ? `${count}/16` : '';
}

function stepRung(admission: Admission, index: number, cohort: Cohort): Plain {
  return {
    id: `step-${index}`,
    kind: 'step',
    label: formatAdmission(admission),
    note: sixteenthsNote(admission, cohort),
    admission,
  };
}

function exactRung(admission: Admission): Plain {
  return {
    id: 'exact',
    kind: 'exact',
    label: formatAdmission(admission),
    note: 'set by hand',
    admission,
  };
}

function climb(
  { probes, cohort }: Policy['recovery'],
  ladder: readonly Admission[],
  exact: Admission | null,
): Plain[] {
  const steps = ladder.map((admission, index) => stepRung(admission, index, cohort));
  const all: Plain[] = [
    { id: 'open', kind: 'open', label: 'Open', note: '0%', admission: 0 },
    { id: 'probe', kind: 'probe', label: 'Probe', note: plural(probes, 'call'), admission: 0 },
    ...steps,
    { id: 'closed', kind: 'closed', label: 'Closed', note: '100%', admission: ADMISSION_ALL },
  ];
  if (exact === null) return all;
  const higher = all.findIndex((rung) => rung.kind !== 'probe' && rung.admission > exact);
  const at = Math.max(2, higher === -1 ? all.length - 1 : higher);
  return all.toSpliced(at, 0, exactRung(exact));
}

/** The stair on which a state stands, by id. */
function standsOn(breaker: BreakerDetail): string {
  const { current } = breaker;
  switch (current.kind) {
    case 'closed':
      return 'closed';
    case 'open':
      return 'open';
    case 'probing':
      return 'probe';
    case 'dimmed':
      return 'exact';
    case 'ramping':
      return current.exact === null ? `step-${current.step}` : 'exact';
  }
}

function exactOf({ current }: BreakerDetail): Admission | null {
  if (current.kind === 'dimmed') return current.admission;
  return current.kind === 'ramping' ? current.exact : null;
}

/** All stairs from open to closed, with what has been climbed. A closed breaker has climbed nothing: it shows the way. */
export function ladderOf(breaker: BreakerDetail): readonly Rung[] {
  const { current, policy } = breaker;
  const ladder = current.kind === 'ramping' ? current.ladder : policy.recovery.ladder;
  const rungs = climb(policy.recovery, ladder, exactOf(breaker));
  const here = rungs.findIndex(({ id }) => id === standsOn(breaker));
  return rungs.map((rung, index) => ({
    ...rung,
    status:
      index === here ? 'current' : index < here && current.kind !== 'closed' ? 'passed' : 'ahead',
  }));
}
