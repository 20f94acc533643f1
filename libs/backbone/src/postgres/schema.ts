import { COUNT_FIELDS } from '@recloser/core';

export const SIGNALS_SCHEMA = 'recloser_signals';

/** Rises with every change of the tables below. */
export const LAYOUT = 6;

/** The count columns, in COUNT_FIELDS' order. */
export const COUNT_COLUMNS: readonly string[] = COUNT_FIELDS.map((field) =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

/** Milliseconds since the epoch on the server's clock. */
export const CLOCK = `floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

const key = 'text COLLATE "C" NOT NULL';
// Rows are rewritten many times a second: room for updates within the page, and vacuuming that keeps up.
const churning =
  'WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0)';

/**
 * What instances call themselves is kept as opaque text: JSON types would refuse some of their names.
 *
 * Sums fit a double exactly up to 2⁵³ and are added up several times faster than bigint. Instance statistics are
 * replaced in a moment, so that it is neither compressed nor, but for the largest, kept apart from its row.
 *
 * Unlogged: nothing here is a record, and a crash that empties the tables only means that less is known for some
 * seconds. So another layout replaces the old one instead of converting it.
 */
export const CREATE_SIGNALS = `
DROP SCHEMA IF EXISTS ${SIGNALS_SCHEMA} CASCADE;
CREATE SCHEMA ${SIGNALS_SCHEMA};
CREATE TABLE ${SIGNALS_SCHEMA}.layout (version integer NOT NULL);
INSERT INTO ${SIGNALS_SCHEMA}.layout VALUES (${LAYOUT});

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.bucket (
  environment_id ${key},
  breaker ${key},
  version integer NOT NULL,
  bucket bigint NOT NULL,
  hub_id ${key},
  ${COUNT_COLUMNS.map((column) => `${column} double precision NOT NULL`).join(',\n  ')},
  PRIMARY KEY (environment_id, breaker, version, bucket, hub_id)
) ${churning};
CREATE INDEX ON ${SIGNALS_SCHEMA}.bucket (bucket, environment_id);

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.latency (
  environment_id ${key},
  breaker ${key},
  second bigint NOT NULL,
  bins text NOT NULL
);
CREATE INDEX ON ${SIGNALS_SCHEMA}.latency (second, environment_id);

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.census (
  environment_id ${key},
  breaker ${key},
  hub_id ${key},
  at bigint NOT NULL,
  entries text NOT NULL,
  PRIMARY KEY (environment_id, breaker, hub_id)
) ${churning};
ALTER TABLE ${SIGNALS_SCHEMA}.census ALTER COLUMN entries SET STORAGE EXTERNAL,
  SET (toast_tuple_target = 8160);

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.dirty (
  environment_id ${key},
  breaker ${key},
  marked_at bigint NOT NULL,
  PRIMARY KEY (environment_id, breaker)
) ${churning};

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.permit (
  environment_id ${key},
  breaker ${key},
  version integer NOT NULL,
  round integer NOT NULL,
  claimed integer NOT NULL,
  granted integer NOT NULL,
  succeeded integer[] NOT NULL DEFAULT '{}',
  failed integer[] NOT NULL DEFAULT '{}',
  reason text,
  slowest double precision,
  claimed_at bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (environment_id, breaker, version)
);

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.presence (
  environment_id ${key},
  hub_id ${key},
  at bigint NOT NULL,
  report text NOT NULL,
  PRIMARY KEY (environment_id, hub_id)
) ${churning};

CREATE UNLOGGED TABLE ${SIGNALS_SCHEMA}.beat (
  evaluator_id ${key} PRIMARY KEY,
  at bigint NOT NULL
) ${churning};
`;
