import type { KeyEndings } from '@recloser/core';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { rows } from '../sql.js';

/** How the values of an attribute end that the environment's segments and rules list one by one. */
export async function keyEndings(
  pool: Pool,
  environmentId: string,
  attribute: string,
): Promise<KeyEndings> {
  const none = { attribute, letters: 0, digits: 0, others: 0 };
  if (!isUuid(environmentId)) return none;
  const [counts] = await rows<Omit<KeyEndings, 'attribute'>>(
    pool,
    `WITH clauses AS (
       SELECT c.value AS clause FROM segment s, jsonb_array_elements(s.clauses) c WHERE s.environment_id = $1
       UNION ALL
       SELECT c.value FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id, jsonb_array_elements(s.rules) r,
         jsonb_array_elements(r.value -> 'clauses') c
       WHERE s.environment_id = $1 AND b.archived_at IS NULL AND s.rules <> '[]'
     ), endings AS (
       SELECT right(v.value, 1) AS ending FROM clauses, jsonb_array_elements_text(clause -> 'values') v
       WHERE clause ->> 'attribute' = $2 AND clause ->> 'operator' = 'in' AND v.value <> ''
     )
     SELECT count(*) FILTER (WHERE ending ~ '[a-fA-F]')::float8 AS letters,
       count(*) FILTER (WHERE ending ~ '[0-9]')::float8 AS digits,
       count(*) FILTER (WHERE ending !~ '[0-9a-fA-F]')::float8 AS others
     FROM endings`,
    [environmentId, attribute],
  );
  return { ...none, ...counts };
}
