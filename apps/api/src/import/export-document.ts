import type { EnvironmentSettings } from '@recloser/db';
import type { EnvironmentDocument } from '@recloser/protocol';
import { stringify } from 'yaml';

const HEAD = `# An environment of Recloser: its own settings, breakers and segments. No states, no keys, no people.
# Read it back with POST …/import. Comments are not kept there.
`;

/** An environment's settings as YAML, the same for the same settings. */
export function exportDocument({ breakers, segments, settings }: EnvironmentSettings): string {
  const document: EnvironmentDocument = {
    recloser: 1,
    settings: { correlated: settings.correlated },
    segments: Object.fromEntries(
      segments.map(({ key, name, description, clauses }) => [
        key,
        { name, description, clauses: clauses.map(copyOf) },
      ]),
    ),
    breakers: Object.fromEntries(
      breakers.map(({ key, meta, policy, rules }) => {
        const { name, description, owner, tags, cohortKey, group } = meta;
        const own = { name, description, owner, tags: [...tags], cohortKey, group };
        return [key, { ...own, policy, rules: [...rules] }];
      }),
    ),
  };
  return HEAD + stringify(document, { aliasDuplicateObjects: false, lineWidth: 100 });
}

type Clause = EnvironmentDocument['segments'][string]['clauses'][number];

function copyOf(clause: EnvironmentSettings['segments'][number]['clauses'][number]): Clause {
  return { ...clause, values: [...clause.values] };
}
