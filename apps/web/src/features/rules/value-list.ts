import type { AttributeValue, Operator } from '@recloser/core';

/**
 * Values in a text that was typed or pasted: lines, or CSV, in which a value with a comma stands in quotes ("Acme, Inc.")
 * and a quote in quotes is doubled. Of patterns, which may hold commas and spaces, each line is one. Empty ones are left
 * out. Text stays text: operators that want numbers read numeric text.
 */
export function readValues(text: string, operator: Operator = 'in'): string[] {
  if (operator === 'matches') return text.split(/\r?\n/).filter((line) => line !== '');
  const values: string[] = [];
  let rest = text;
  while (rest !== '') {
    const [whole = '', quoted, plain = ''] =
      /^[^\S\n]*(?:"((?:[^"]|"")*)"[^\S\n]*(?=[,\n]|$)|([^,\n]*))/.exec(rest) ?? [];
    const value = quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"');
    if (value !== '') values.push(value);
    rest = rest.slice(whole.length + 1);
  }
  return values;
}

function isPlain(text: string): boolean {
  return text !== '' && text.trim() === text && !/[",\n]/.test(text);
}

/** A value as `readValues` reads it; one that is no text is named by its type. */
export function writeValue(value: AttributeValue, operator: Operator = 'in'): string {
  if (typeof value !== 'string') return `${String(value)} (${typeof value})`;
  return operator === 'matches' || isPlain(value) ? value : `"${value.replaceAll('"', '""')}"`;
}

/** "pro, team, "Acme, Inc."", for people. */
export function writeValues(values: readonly AttributeValue[], operator: Operator = 'in'): string {
  return values.map((value) => writeValue(value, operator)).join(', ');
}
