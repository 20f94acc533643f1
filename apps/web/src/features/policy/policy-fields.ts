import type { PolicyPath } from '@recloser/core';

/** In which unit a number is written and read by people. The policy itself has milliseconds and shares. */
export type Unit =
  's' | 'ms' | '%' | '×' | 'calls' | 'probes' | 'retries' | 'instances' | 'calls/s';

export interface PolicyField {
  readonly path: PolicyPath;
  readonly label: string;
  readonly unit: Unit;
  readonly hint: string;
  /** Left empty: off. */
  readonly optional?: true;
}

export interface PolicyGroup {
  readonly title: string;
  readonly about: string;
  readonly fields: readonly PolicyField[];
}

export const POLICY_GROUPS: readonly PolicyGroup[] = [
  {
    title: 'When it opens',
    about: 'Calls fail beyond what is tolerated, for long enough, on enough instances.',
    fields: [
      {
        path: 'trip.toleratedRate',
        label: 'Tolerated failures',
        unit: '%',
        hint: 'Only failures beyond this rate count.',
      },
      {
        path: 'trip.excessMs',
        label: 'Excess',
        unit: 's',
        hint: 'Opens after this much calls failed beyond it.',
      },
      {
        path: 'trip.toleratedSlowRate',
        label: 'Tolerated slow calls',
        unit: '%',
        hint: 'Empty: slow calls never open it.',
        optional: true,
      },
      {
        path: 'minCalls',
        label: 'Evidence',
        unit: 'calls',
        hint: 'Proof worth this many failures in a row.',
      },
      {
        path: 'quorum',
        label: 'Failing instances',
        unit: '%',
        hint: 'Share of the reporting instances that must fail.',
      },
    ],
  },
  {
    title: 'Rare calls',
    about: 'For rare calls: also opens after this many failures in a row.',
    fields: [
      {
        path: 'consecutive.failures',
        label: 'Failures in a row',
        unit: 'calls',
        hint: 'Over the whole fleet. Empty: off.',
        optional: true,
      },
      {
        path: 'consecutive.instances',
        label: 'On at least',
        unit: 'instances',
        hint: 'One alone may be a bad node. Empty: 2.',
        optional: true,
      },
      {
        path: 'consecutive.withinMs',
        label: 'Within',
        unit: 's',
        hint: 'Older ones do not count. Empty: 60 s.',
        optional: true,
      },
    ],
  },
  {
    title: 'Overload',
    about: 'Lets in what the dependency accepts, instead of opening: 429s and slow calls lower it.',
    fields: [
      {
        path: 'adaptive.k',
        label: 'Let in up to',
        unit: '×',
        hint: 'The calls that are accepted; 1.5 is usual. Empty: off.',
        optional: true,
      },
    ],
  },
  {
    title: 'Cool-down and probe',
    about: 'Rest, then a few calls for the whole fleet.',
    fields: [
      {
        path: 'recovery.coolDownMs',
        label: 'Cool-down',
        unit: 's',
        hint: 'Doubles with each relapse; at least a tenth of the outage.',
      },
      {
        path: 'recovery.coolDownMaxMs',
        label: 'At most',
        unit: 's',
        hint: 'However long the outage is.',
      },
      {
        path: 'recovery.coolDownJitter',
        label: 'Jitter',
        unit: '%',
        hint: 'Added at random at most.',
      },
      {
        path: 'recovery.stableMs',
        label: 'Stable after',
        unit: 's',
        hint: 'Relapse count resets after this long closed.',
      },
      { path: 'recovery.probes', label: 'Probe calls', unit: 'probes', hint: 'All must succeed.' },
      {
        path: 'recovery.probeTtlMs',
        label: 'Probe answer',
        unit: 's',
        hint: 'Later responses are ignored.',
      },
    ],
  },
  {
    title: 'Steps',
    about: 'How long each step of the ladder holds, and on what evidence it passes.',
    fields: [
      {
        path: 'recovery.dwellPerOutage',
        label: 'Dwell per outage',
        unit: '×',
        hint: 'Of the last step; smaller ones hold for their part.',
      },
      { path: 'recovery.dwellMinMs', label: 'Dwell at least', unit: 's', hint: 'Per step.' },
      { path: 'recovery.dwellMaxMs', label: 'Dwell at most', unit: 's', hint: 'Per step.' },
      {
        path: 'recovery.recoveryRate',
        label: 'Passes up to',
        unit: '%',
        hint: 'Failure rate of the admitted cohort.',
      },
      {
        path: 'recovery.minCalls',
        label: 'Calls at last step',
        unit: 'calls',
        hint: 'Smaller ones ask for their part, at least 5.',
      },
      {
        path: 'recovery.lowTrafficMaxMs',
        label: 'Low traffic after',
        unit: 's',
        hint: 'When to go on without enough calls.',
      },
      {
        path: 'recovery.maxRps',
        label: 'Load at most',
        unit: 'calls/s',
        hint: 'Of the whole fleet while it ramps. Empty: off.',
        optional: true,
      },
      {
        path: 'recovery.ackQuorum',
        label: 'Required acknowledgements',
        unit: '%',
        hint: 'Of the instances before a dwell starts.',
      },
      {
        path: 'recovery.ackTimeoutMs',
        label: 'Acknowledgement timeout',
        unit: 's',
        hint: 'Then continues without the rest.',
      },
    ],
  },
  {
    title: 'Each call',
    about: 'Counts where the code sets nothing, or where it is locked.',
    fields: [
      {
        path: 'call.timeoutMs',
        label: 'Timeout',
        unit: 'ms',
        hint: 'A call ends failed.',
        optional: true,
      },
      {
        path: 'call.stallMs',
        label: 'Stalled after',
        unit: 'ms',
        hint: 'Counts as failed before it ends.',
        optional: true,
      },
      {
        path: 'call.slowMs',
        label: 'Slow after',
        unit: 'ms',
        hint: 'Counts as slow.',
        optional: true,
      },
      {
        path: 'call.maxConcurrent',
        label: 'Max concurrent',
        unit: 'calls',
        hint: 'In one process; further calls wait.',
        optional: true,
      },
      {
        path: 'call.maxQueue',
        label: 'Max queued',
        unit: 'calls',
        hint: 'Further calls are rejected.',
        optional: true,
      },
      {
        path: 'call.maxRetries',
        label: 'Retries',
        unit: 'retries',
        hint: 'For calls whose code allows them, after failures, within a budget.',
        optional: true,
      },
    ],
  },
  {
    title: 'Learned timeout',
    about: 'The timeout follows the latencies of healthy hours: once an hour, by at most a fifth.',
    fields: [
      {
        path: 'call.autoFalseRate',
        label: 'Calls cut off',
        unit: '%',
        hint: 'Of those that would succeed. Empty: off.',
        optional: true,
      },
      {
        path: 'call.autoMinMs',
        label: 'At least',
        unit: 'ms',
        hint: 'Lower bound of the timeout.',
        optional: true,
      },
      {
        path: 'call.autoMaxMs',
        label: 'At most',
        unit: 'ms',
        hint: 'Upper bound; without a timeout it begins here.',
        optional: true,
      },
    ],
  },
];

export const POLICY_FIELDS: readonly PolicyField[] = POLICY_GROUPS.flatMap(({ fields }) => fields);

/** The title of the group that a field stands in; '' for what is no number. */
export function groupOf(path: string): string {
  const group = POLICY_GROUPS.find(({ fields }) => fields.some((field) => field.path === path));
  return group?.title ?? '';
}

const FACTORS: Readonly<Record<Unit, number>> = {
  s: 1_000,
  ms: 1,
  '%': 0.01,
  '×': 1,
  calls: 1,
  probes: 1,
  retries: 1,
  instances: 1,
  'calls/s': 1,
};

/** A stored number as people write it: 2000 as "2", 0.7 as "70"; null as "". */
export function writeNumber(value: number | null, unit: Unit): string {
  return value === null ? '' : String(Number((value / FACTORS[unit]).toPrecision(12)));
}

/** What a person wrote as a stored number; "" is null, nonsense NaN. A decimal comma is fine. */
export function readNumber(text: string, unit: Unit): number | null {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  return Number((Number(trimmed) * FACTORS[unit]).toPrecision(12));
}

/** With its unit: "70%", "2 s", "off". */
export function tellNumber(value: number | null, unit: Unit): string {
  return value === null ? 'off' : `${writeNumber(value, unit)}${unit === '%' ? '' : ' '}${unit}`;
}
