import { DEFAULT_POLICY } from '@recloser/core';
import type { ImportItem, ImportResult, ImportStatus } from '@recloser/protocol';
import { printable } from './table.js';

const SIGNS: Readonly<Record<ImportStatus, string>> = {
  created: '+',
  changed: '~',
  archived: '-',
  removed: '-',
  same: ' ',
  only_here: ' ',
};

/** What a plan would do to it, or has done. */
export const differs = ({ status }: ImportItem): boolean => SIGNS[status] !== ' ';

export const isPruned = ({ status }: ImportItem): boolean => SIGNS[status] === '-';

const valueText = (value: unknown): string =>
  value === undefined ? 'none' : printable(JSON.stringify(value));

type Change = ImportItem['changes'][number];

function changeLine({ path, before, after }: Change): string {
  if (before === null) return `    + ${printable(path)}: ${valueText(after)}`;
  if (after === null) return `    - ${printable(path)}: ${valueText(before)}`;
  return `    ~ ${printable(path)}: ${valueText(before)} -> ${valueText(after)}`;
}

/** Of a new breaker, whose policy is told whole: whether it differs from the default. */
function isChosen({ path, after }: Change): boolean {
  const [first = '', ...names] = path.split('.');
  if (first !== 'policy') return true;
  const byDefault = names.reduce<unknown>(
    (value, name) => (isRecord(value) ? value[name] : undefined),
    DEFAULT_POLICY,
  );
  return JSON.stringify(byDefault) !== JSON.stringify(after);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function itemLines({ kind, key, status, changes, warnings = [] }: ImportItem): string[] {
  const fate = status === 'archived' ? ' (archived in every environment of the project)' : '';
  const shown = status === 'created' ? changes.filter(isChosen) : changes;
  return [
    `${SIGNS[status]} ${kind} ${printable(key)}${fate}`,
    ...shown.map(changeLine),
    ...warnings.map((warning) => `    warning: ${printable(warning)}`),
  ];
}

const ORDER: readonly ImportStatus[] = ['created', 'changed', 'archived', 'removed'];

/** What comes, changes and goes, line by line, and the sum; what stays as it is only as a number. */
export function planText({ items, dryRun }: ImportResult): string {
  const count = (...statuses: ImportStatus[]): number =>
    items.filter(({ status }) => statuses.includes(status)).length;
  const lines = ORDER.flatMap((status) => items.filter((item) => item.status === status)).flatMap(
    itemLines,
  );
  const gone = count('removed');
  const sums = [
    [count('created'), 'to add', 'added'],
    [count('changed'), 'to change', 'changed'],
    [count('archived'), 'to archive', 'archived'],
    ...(gone === 0 ? [] : [[gone, 'to remove', 'removed'] as const]),
  ] as const;
  const sum = sums.map(([number, planned, done]) => `${number} ${dryRun ? planned : done}`);
  const rest = [`${count('same')} unchanged`, `${count('only_here')} not in the file`];
  return [...lines, `${dryRun ? 'Plan' : 'Applied'}: ${sum.join(', ')}. ${rest.join(', ')}.`].join(
    '\n',
  );
}
