import type { Rule, PartitionState, Segment } from '@recloser/core';
import {
  actorSchema,
  breakerStateSchema,
  millisSchema,
  modeSchema,
  outageSchema,
  RecloserError,
  rulesSchema,
  partitionStatesSchema,
  segmentsSchema,
  transitionEvidenceSchema,
} from '@recloser/protocol';
import { z } from 'zod';
import { millis, NOW } from '../sql.js';
import { viewOf } from './breaker-view.js';
import { keeping } from '../rows/keep-fields.js';
import type { LoadedBreaker, LockedBreaker } from '../rows/model.js';
import { ParsedText } from '../rows/parsed-text.js';
import { readPolicy } from './policy-json.js';

/** Columns of one breaker in one environment, from `breaker b JOIN breaker_state s`. */
export const BREAKER_COLUMNS = `
  s.environment_id, s.breaker_id, b.key, b.name, b.description, b.owner, b.tags, b.cohort_key, b.salt, b.recovery_group,
  b.discovered, ${millis('b.created_at')} AS created_at, s.version, s.revision, s.mode,
  ${millis('s.held_until')} AS held_until, s.state,
  s.scopes::text AS scopes, s.last_version, s.policy::text AS policy, s.rules::text AS rules,
  s.segments::text AS segments, s.last, s.outage, s.seq::float8 AS seq,
  ${millis('s.due_at')} AS due_at, ${millis('s.changed_at')} AS changed_at, ${NOW} AS now`;

const lastSchema = z.object({
  at: millisSchema,
  action: z.string(),
  reason: z.string(),
  actor: actorSchema,
  evidence: transitionEvidenceSchema,
});

const rowSchema = z.object({
  environment_id: z.string(),
  breaker_id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  owner: z.string(),
  tags: z.array(z.string()),
  cohort_key: z.string(),
  salt: z.string().min(1),
  recovery_group: z.string().nullable(),
  discovered: z.boolean(),
  created_at: millisSchema,
  version: z.int().min(1),
  revision: z.int().min(1),
  mode: modeSchema,
  held_until: millisSchema.nullable(),
  state: breakerStateSchema,
  scopes: z.string(),
  last_version: z.int().min(0),
  policy: z.string(),
  rules: z.string(),
  segments: z.string(),
  // Only shown: a cause of a newer version must not make the breaker unreadable.
  last: lastSchema.nullable().catch(null),
  outage: outageSchema.nullable().catch(null),
  seq: z.int().min(0),
  due_at: millisSchema.nullable(),
  changed_at: millisSchema,
  now: millisSchema,
});

const policies = new ParsedText(readPolicy);
const scopeLists = new ParsedText<readonly PartitionState[]>((json) =>
  partitionStatesSchema.parse(json),
);
const ruleLists = new ParsedText<readonly Rule[]>(keeping(rulesSchema));
const segmentLists = new ParsedText<readonly Segment[]>(keeping(segmentsSchema));

/** A row with BREAKER_COLUMNS as the domain sees it. @throws RecloserError `corrupt_row`, naming the row and the field. */
export function readBreaker(raw: Record<string, unknown>): LoadedBreaker {
  const parsed = rowSchema.safeParse(raw);
  if (!parsed.success) throw corrupt(raw, '', parsed.error);
  const row = parsed.data;
  const breaker: LockedBreaker = {
    environmentId: row.environment_id,
    breakerId: row.breaker_id,
    key: row.key,
    version: row.version,
    state: row.state,
    control: row.mode === 'held' ? { mode: 'held', until: row.held_until } : { mode: row.mode },
    scopes: settingOf(raw, 'scopes', row.scopes, scopeLists),
    lastVersion: row.last_version,
    policy: settingOf(raw, 'policy', row.policy, policies),
    rules: settingOf(raw, 'rules', row.rules, ruleLists),
    segments: settingOf(raw, 'segments', row.segments, segmentLists),
    salt: row.salt,
    revision: row.revision,
    seq: row.seq,
    dueAt: row.due_at,
    changedAt: row.changed_at,
    last: row.last,
    outage: row.outage,
    meta: {
      name: row.name,
      description: row.description,
      owner: row.owner,
      tags: row.tags,
      cohortKey: row.cohort_key,
      group: row.recovery_group,
      discovered: row.discovered,
      createdAt: row.created_at,
    },
  };
  return { ...breaker, view: viewOf(breaker, row.now), now: row.now };
}

function settingOf<T>(
  raw: Record<string, unknown>,
  field: string,
  text: string,
  parsed: ParsedText<T>,
): T {
  try {
    return parsed.parse(text);
  } catch (error) {
    throw error instanceof z.ZodError ? corrupt(raw, field, error) : error;
  }
}

function corrupt(raw: Record<string, unknown>, within: string, error: z.ZodError): RecloserError {
  const issue = error.issues[0];
  const field = [within, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  const breaker = typeof raw['key'] === 'string' ? raw['key'] : '?';
  const environment = typeof raw['environment_id'] === 'string' ? raw['environment_id'] : '?';
  return new RecloserError(
    'corrupt_row',
    `Breaker "${breaker}" in environment ${environment} cannot be read: ${field}: ${issue?.message ?? ''}. ` +
      'Restore this row of breaker_state from a backup, or correct the field.',
    { breaker, environment, field },
  );
}
