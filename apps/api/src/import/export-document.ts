import type { EnvironmentSettings, LoadedBreaker } from '@recloser/db';
import type { clauseSchema, EnvironmentDocument } from '@recloser/protocol';
import { textInTurns } from '@recloser/server';
import { setImmediate } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { z } from 'zod';

const HEAD = `# An environment of Recloser: its own settings, breakers, segments and schedules. No states, no keys, no people.
# Read it back with POST …/import. Comments are not kept there.
`;

type ExportedSegment = EnvironmentSettings['segments'][number];

interface ExportedSettings extends Pick<EnvironmentSettings, 'segments'> {
  readonly schedules: readonly Pick<
    EnvironmentSettings['schedules'][number],
    'key' | 'name' | 'description' | 'plan'
  >[];
  readonly settings: Pick<EnvironmentSettings['settings'], 'correlated'>;
  readonly breakers: readonly Pick<LoadedBreaker, 'key' | 'meta' | 'policy' | 'rules'>[];
}

/**
 * An environment's settings as YAML, the same for the same settings. It is made as it is read, breaker by breaker: that of ten
 * thousand takes seconds.
 */
export async function* exportDocument(exported: ExportedSettings): AsyncGenerator<string> {
  const { breakers, segments, schedules, settings } = exported;
  yield HEAD + yamlOf({ recloser: 1, settings: { correlated: settings.correlated } });
  yield segments.length === 0 ? yamlOf({ segments: new Map() }) : SEGMENTS;
  for (const segment of segments) {
    yield* isLong(segment) ? longSegmentText(segment) : [segmentText(segment)];
    await setImmediate();
  }
  yield yamlOf({
    schedules: new Map(
      schedules.map(({ key, name, description, plan }) => [key, { name, description, plan }]),
    ),
  });
  if (breakers.length === 0) {
    yield yamlOf({ breakers: new Map() });
    return;
  }
  yield BREAKERS;
  yield* textInTurns(breakers, (breaker) => yamlOf(documentOf(breaker)).slice(BREAKERS.length));
}

/** Values that are written in one piece. */
const SLICE = 1_000;
/** What a map of segments begins with. */
const SEGMENTS = 'segments:\n';

const isLong = ({ clauses }: ExportedSegment): boolean =>
  clauses.some(({ values }) => values.length > SLICE);

function segmentText({ key, name, description, clauses }: ExportedSegment): string {
  const segment = { name, description, clauses: clauses.map(copyOf) };
  const segments: EnvironmentDocument['segments'] = new Map([[key, segment]]);
  return yamlOf({ segments }).slice(SEGMENTS.length);
}

/** The same, some values at a time: a list can hold a hundred thousand. */
function* longSegmentText({ key, name, description, clauses }: ExportedSegment): Generator<string> {
  const head = { segments: new Map([[key, { name, description }]]) };
  yield `${yamlOf(head).slice(SEGMENTS.length)}    clauses:\n`;
  for (const { attribute, operator, values, ...rest } of clauses) {
    yield `${indented(yamlOf([{ attribute, operator }]), 6)}        values:`;
    if (values.length === 0) yield ' []\n';
    else yield '\n';
    for (let at = 0; at < values.length; at += SLICE) {
      yield indented(yamlOf(values.slice(at, at + SLICE)), 10);
    }
    if (Object.keys(rest).length > 0) yield indented(yamlOf(rest), 8);
  }
}

const indented = (text: string, depth: number): string =>
  text.replace(/^(?=.)/gm, ' '.repeat(depth));

/** What a map of breakers begins with, whoever is in it. */
const BREAKERS = 'breakers:\n';

function documentOf(breaker: ExportedSettings['breakers'][number]) {
  const { key, meta, policy, rules } = breaker;
  const { name, description, owner, tags, cohortKey, group } = meta;
  const own = { name, description, owner, tags: [...tags], cohortKey, group };
  const breakers: EnvironmentDocument['breakers'] = new Map([
    [key, { ...own, policy, rules: [...rules] }],
  ]);
  return { breakers };
}

const yamlOf = (part: object): string =>
  stringify(part, { aliasDuplicateObjects: false, lineWidth: 100 });

type Clause = z.infer<typeof clauseSchema>;

function copyOf(clause: EnvironmentSettings['segments'][number]['clauses'][number]): Clause {
  return { ...clause, values: [...clause.values] };
}
