import { DEFAULT_CORRELATED, DEFAULT_POLICY, type Rule } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from './document.js';
import { exportDocument } from './export-document.js';
import { YamlProblems } from './yaml-text.js';

const problemsOf = (text: string) => {
  try {
    readDocument(text);
  } catch (error) {
    if (error instanceof YamlProblems) return error.problems;
    throw error;
  }
  return [];
};

const valuesOf = (list: string) => {
  const text = `recloser: 1\nsegments:\n  s: { clauses: [{ attribute: a, operator: in, values: ${list} }] }\n`;
  return readDocument(text).document.segments.get('s')?.clauses[0]?.values;
};

describe('a value keeps the text that stands in the file', () => {
  it.each([
    ['[0123456789012]', ['0123456789012']],
    ['[1.10, 1.1]', ['1.10', 1.1]],
    [
      '[+4930123, 1e3, 0x1F, 0o17, .5, 5., 1_000]',
      ['+4930123', '1e3', '0x1F', '0o17', '.5', '5.', '1_000'],
    ],
    ['[12345678901234567890, 9007199254740993]', ['12345678901234567890', '9007199254740993']],
    ['[1e+21, 0.1, -7, 0]', [1e21, 0.1, -7, 0]],
    ['[.inf, .nan, 1e999]', ['.inf', '.nan', '1e999']],
    ['[true, True, yes, off]', [true, 'True', 'yes', 'off']],
    ['[2026-11-30, 12:30:45]', ['2026-11-30', '12:30:45']],
    [`['1', "1", !!str 1]`, ['1', '1', '1']],
    ['[&a 007, *a]', ['007', '007']],
  ])('%s', (list, values) => {
    expect(valuesOf(list)).toEqual(values);
  });

  it.each(['[null]', '[~]', '[,a]', '[[a]]', '[{ a: 1 }]'])(
    '%s is refused with its line',
    (list) => {
      const text = `recloser: 1\nsegments:\n  s:\n    clauses:\n      - attribute: a\n        operator: in\n        values: ${list}\n`;
      expect(problemsOf(text)[0]).toMatchObject({ line: 7 });
    },
  );
});

describe('what a place asks for decides what is written there without quotes', () => {
  it('reads numbers as text where text stands, and text as numbers where a number stands', () => {
    const { document } = readDocument(`recloser: 1
breakers:
  a:
    name: 2024
    owner: 007
    tags: [1.10, true, 3]
    policy: { trip: { toleratedRate: 0.50, excessMs: 1e4 }, minCalls: 0020 }
    rules:
      - id: 1
        when: always
        clauses: [{ attribute: 5, operator: in, values: [x], ignoreCase: True }]
        effect: { kind: admission, admission: 0x10000000 }
`);
    expect(document.breakers.get('a')).toMatchObject({
      name: '2024',
      owner: '007',
      tags: ['1.10', 'true', '3'],
      policy: { minCalls: 20, trip: { toleratedRate: 0.5, excessMs: 10_000 } },
      rules: [
        {
          id: '1',
          clauses: [{ attribute: '5', ignoreCase: true }],
          effect: { admission: 0x10000000 },
        },
      ],
    });
  });

  it('does not take words for numbers', () => {
    const text = 'recloser: 1\nbreakers:\n  a:\n    policy: { minCalls: "20" }\n';
    expect(problemsOf(text)).toMatchObject([{ line: 4, path: 'breakers.a.policy.minCalls' }]);
  });
});

describe('names', () => {
  it.each([
    '__proto__',
    'constructor',
    'toString',
    '1.10',
    '0123',
    'true',
    'null',
    '~x',
    'hasOwnProperty',
  ])('%s is one like any other', (name) => {
    const { document } = readDocument(`recloser: 1\nbreakers:\n  ${name}: { owner: me }\n`);
    expect([...document.breakers]).toMatchObject([[name, { owner: 'me' }]]);
  });

  it.each([
    [`  1: {}\n  '1': {}\n`, 4, '"1"'],
    ['  a: {}\n  "a": {}\n', 4, '"a"'],
    ['  0x1: {}\n  0x1: {}\n', 4, '"0x1"'],
    ['  __proto__: {}\n  __proto__: {}\n', 4, '__proto__'],
    ['  ? [a]\n  : {}\n', 3, 'text'],
    ['  ? {a: b}\n  : {}\n', 3, 'text'],
    ['  : {}\n', 3, 'missing'],
    ['  a: &a {}\n  <<: *a\n', 4, '<<'],
    ['  a: {}\n  ..: {}\n', 4, '..'],
    ['  a: {}\n  .: {}\n', 4, '..'],
    ['  a: {}\n  "b/c": {}\n', 4, '/'],
    ['  a: !odd {}\n', 3, '!odd'],
    ['  a: *nobody\n', 3, 'nobody'],
    ['  a: { owner: "\\0" }\n', 3, 'U+0000'],
    ['  a: { description: "\\ud800" }\n', 3, ''],
  ])('refuses %j in its line', (text, line, part) => {
    const [first] = problemsOf(`recloser: 1\nbreakers:\n${text}`);
    expect(first).toMatchObject({ line });
    expect(first?.message).toContain(part);
  });

  it.each(['%YAML 1.1\n---\nrecloser: 1\n', 'recloser: 1\n---\nrecloser: 1\n', '', '# nothing\n'])(
    'refuses %j',
    (text) => {
      expect(problemsOf(text)).not.toEqual([]);
    },
  );
});

it('reads back what it has exported, whatever names and values there are', async () => {
  const storable = (text: string) => !/\0|\p{Cs}/u.test(text);
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }).filter(storable),
    fc.stringMatching(/^[-+.0-9exo_:]{1,12}$/),
    fc.constantFrom(
      '__proto__',
      'null',
      '~',
      'true',
      '1.10',
      '0123',
      '-0',
      '.inf',
      '<<',
      '=',
      '',
      ' a ',
      '# x',
      '- a',
      'a: b',
      '2026-11-30',
      'a\nb',
      'x'.repeat(200),
    ),
  );
  const value = fc.oneof(
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
  );
  const key = text.filter(
    (name) =>
      /^[^\p{Cc}\p{Cs}\s/](?:[^\p{Cc}\p{Cs}/]*[^\p{Cc}\p{Cs}\s/])?$/u.test(name) &&
      name !== '.' &&
      name !== '..',
  );
  const values = fc.array(value, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(key, values), { selector: ([name]) => name, maxLength: 4 }),
      async (breakers) => {
        const rules = (given: (string | number | boolean)[]): Rule[] => [
          {
            id: 'r',
            when: 'always',
            clauses: [{ attribute: 'a', operator: 'in', values: given }],
            effect: { kind: 'admit' },
          },
        ];
        const pages = exportDocument({
          settings: { correlated: DEFAULT_CORRELATED },
          segments: [],
          schedules: [],
          breakers: breakers.map(([name, given]) => ({
            key: name,
            meta: {
              name: 'n',
              description: 'd',
              owner: 'o',
              tags: [],
              cohortKey: 'accountId',
              group: null,
              discovered: false,
              createdAt: 0,
            },
            policy: DEFAULT_POLICY,
            rules: rules(given),
          })),
        });
        let exported = '';
        for await (const page of pages) exported += page;
        const read = readDocument(exported).document.breakers;
        // The order of names says nothing.
        expect(new Map([...read].map(([name, { rules: found }]) => [name, found]))).toEqual(
          new Map(breakers.map(([name, given]) => [name, rules(given)])),
        );
      },
    ),
    { numRuns: 300 },
  );
});

describe('a segment with a list of 25,000 values', () => {
  const values = Array.from({ length: 25_000 }, (_, index) => `id-${index}`);
  const listed = { attribute: 'accountId', operator: 'in', values } as const;
  const about = { name: 'n', description: 'd', revision: 1, createdAt: 0, updatedAt: 0 };
  const segments = [
    {
      ...about,
      key: '1.10',
      clauses: [
        { ...listed, values: ['- a', '0123'] },
        { ...listed, negate: true },
      ],
    },
    { ...about, key: 'long', clauses: [listed, { ...listed, values: [] }] },
  ];

  it('is exported in pieces, which read as the whole', async () => {
    const settings = { correlated: DEFAULT_CORRELATED };
    const pieces: string[] = [];
    for await (const piece of exportDocument({ settings, segments, schedules: [], breakers: [] }))
      pieces.push(piece);
    const { document } = readDocument(pieces.join(''));
    const expected = segments.map(({ key, name, description, clauses }) => [
      key,
      { name, description, clauses },
    ]);
    expect([...document.segments]).toEqual(expected);
    // A thousand values at most.
    expect(Math.max(...pieces.map((piece) => piece.split('\n').length))).toBeLessThan(1_100);
  });
});
