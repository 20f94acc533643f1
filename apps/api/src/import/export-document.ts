import type { EnvironmentSettings, LoadedBreaker } from '@recloser/db';
import type { clauseSchema, EnvironmentDocument } from '@recloser/protocol';
import { stringify } from 'yaml';
import type { z } from 'zod';

const HEAD = `# An environment of Recloser: its own settings, breakers and segments. No states, no keys, no people.
# Read it back with POST …/import. Comments are not kept there.
`;

interface ExportedSettings extends Pick<EnvironmentSettings, 'segments'> {
  readonly settings: Pick<EnvironmentSettings['settings'], 'correlated'>;
  readonly breakers: readonly Pick<LoadedBreaker, 'key' | 'meta' | 'policy' | 'rules'>[];
}

/** An environment's settings as YAML, the same for the same settings. */
export function exportDocument({ breakers, segments, settings }: ExportedSettings): string {
  const document: EnvironmentDocument = {
    recloser: 1,
    settings: { correlated: settings.correlated },
    segments: new Map(
      segments.map(({ key, name, description, clauses }) => [
        key,
        { name, description, clauses: clauses.map(copyOf) },
      ]),
    ),
    breakers: new Map(
      breakers.map(({ key, meta, policy, rules }) => {
        const { name, description, owner, tags, cohortKey, group } = meta;
        const own = { name, description, owner, tags: [...tags], cohortKey, group };
        return [key, { ...own, policy, rules: [...rules] }];
      }),
    ),
  };
  return HEAD + stringify(document, { aliasDuplicateObjects: false, lineWidth: 100 });
}

type Clause = z.infer<typeof clauseSchema>;

function copyOf(clause: EnvironmentSettings['segments'][number]['clauses'][number]): Clause {
  return { ...clause, values: [...clause.values] };
}
