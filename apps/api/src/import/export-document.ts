import type { EnvironmentSettings, LoadedBreaker } from '@recloser/db';
import type { clauseSchema, EnvironmentDocument } from '@recloser/protocol';
import { textInTurns } from '@recloser/server';
import { stringify } from 'yaml';
import type { z } from 'zod';

const HEAD = `# An environment of Recloser: its own settings, breakers, segments and schedules. No states, no keys, no people.
# Read it back with POST …/import. Comments are not kept there.
`;

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
  const head = {
    recloser: 1,
    settings: { correlated: settings.correlated },
    segments: new Map(
      segments.map(({ key, name, description, clauses }) => [
        key,
        { name, description, clauses: clauses.map(copyOf) },
      ]),
    ),
    schedules: new Map(
      schedules.map(({ key, name, description, plan }) => [key, { name, description, plan }]),
    ),
  } satisfies Omit<EnvironmentDocument, 'breakers'>;
  yield HEAD + yamlOf(head);
  if (breakers.length === 0) {
    yield yamlOf({ breakers: new Map() });
    return;
  }
  yield BREAKERS;
  yield* textInTurns(breakers, (breaker) => yamlOf(documentOf(breaker)).slice(BREAKERS.length));
}

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
