import { describe, expect, it } from 'vitest';
import { readDocument } from './document.js';
import { YamlProblems } from './yaml-text.js';

function problemsOf(text: string): unknown {
  try {
    readDocument(text);
  } catch (error) {
    if (error instanceof YamlProblems) return error.problems;
    throw error;
  }
  return [];
}

describe('a file', () => {
  it.each([
    ['policy: { trip: { tolerated: 0.5 } }', 'breakers.a.policy.trip', 'tolerated'],
    ['policy: { colour: red }', 'breakers.a.policy', 'colour'],
    ['policy: { fast: { failureRate: 0.5 }, colour: red }', 'breakers.a.policy', 'colour'],
    [
      'rules: [{ id: r, when: always, clauses: [], effect: { kind: admit }, until: 5 }]',
      'breakers.a.rules.0',
      'until',
    ],
    [
      'rules: [{ id: r, when: always, clauses: [], effect: { kind: admit, admission: 5 } }]',
      'breakers.a.rules.0.effect',
      'admission',
    ],
  ])('refuses a setting that is not known: %s', (text, path, name) => {
    expect(problemsOf(`recloser: 1\nbreakers:\n  a:\n    ${text}\n`)).toMatchObject([
      { line: 4, path, message: `There is no setting "${name}" here.` },
    ]);
  });
});
