-- CreateEnum
CREATE TYPE "EnvironmentKind" AS ENUM ('production', 'development');

-- CreateEnum
CREATE TYPE "StateKind" AS ENUM ('closed', 'open', 'probing', 'ramping', 'dimmed');

-- CreateEnum
CREATE TYPE "Mode" AS ENUM ('auto', 'held', 'observe');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('viewer', 'operator', 'admin');

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environment" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "EnvironmentKind" NOT NULL,
    "epoch" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "audit_head" BYTEA NOT NULL,
    "audit_seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "breaker" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "owner" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "cohort_key" TEXT NOT NULL DEFAULT 'accountId',
    "salt" TEXT NOT NULL,
    "discovered" BOOLEAN NOT NULL DEFAULT false,
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "breaker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "breaker_state" (
    "environment_id" UUID NOT NULL,
    "breaker_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "kind" "StateKind" NOT NULL DEFAULT 'closed',
    "mode" "Mode" NOT NULL DEFAULT 'auto',
    "held_until" TIMESTAMPTZ(3),
    "admission" BIGINT NOT NULL DEFAULT 4294967296,
    "state" JSONB NOT NULL,
    "policy" JSONB NOT NULL,
    "rules" JSONB NOT NULL DEFAULT '[]',
    "last" JSONB,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "breaker_state_pkey" PRIMARY KEY ("environment_id","breaker_id")
);

-- CreateTable
CREATE TABLE "change" (
    "environment_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "breaker_key" TEXT NOT NULL,
    "view" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_pkey" PRIMARY KEY ("environment_id","seq")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "chain" TEXT NOT NULL,
    "chain_seq" BIGINT NOT NULL,
    "environment_id" UUID,
    "breaker_key" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "seq" BIGINT,
    "body" BYTEA NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_chain" (
    "chain" TEXT NOT NULL,
    "head" BYTEA NOT NULL,
    "chain_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("chain")
);

-- CreateTable
CREATE TABLE "sdk_key" (
    "id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sdk_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "instance" (
    "environment_id" UUID NOT NULL,
    "instance_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "zone" TEXT,
    "region" TEXT,
    "sdk" TEXT NOT NULL,
    "hub_id" TEXT NOT NULL,
    "acked_seq" BIGINT NOT NULL DEFAULT 0,
    "lag_ms" INTEGER NOT NULL DEFAULT 0,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "disconnected_at" TIMESTAMPTZ(3),

    CONSTRAINT "instance_pkey" PRIMARY KEY ("environment_id","instance_id")
);

-- CreateTable
CREATE TABLE "metric_rollup" (
    "environment_id" UUID NOT NULL,
    "breaker_key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "width_s" INTEGER NOT NULL,
    "ok" BIGINT NOT NULL,
    "failures" BIGINT NOT NULL,
    "slow" BIGINT NOT NULL,
    "timeouts" BIGINT NOT NULL,
    "stalled" BIGINT NOT NULL,
    "rejected" BIGINT NOT NULL,
    "throttled" BIGINT NOT NULL,
    "local_lag" BIGINT NOT NULL,

    CONSTRAINT "metric_rollup_pkey" PRIMARY KEY ("environment_id","breaker_key","at","width_s")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" "Role" NOT NULL DEFAULT 'viewer',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "project_key_key" ON "project"("key");

-- CreateIndex
CREATE UNIQUE INDEX "environment_project_id_key_key" ON "environment"("project_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "breaker_project_id_key_key" ON "breaker"("project_id", "key");

-- CreateIndex
CREATE INDEX "breaker_state_due_at_idx" ON "breaker_state"("due_at");

-- CreateIndex
CREATE INDEX "change_at_idx" ON "change"("at");

-- CreateIndex
CREATE INDEX "audit_event_chain_at_idx" ON "audit_event"("chain", "at");

-- CreateIndex
CREATE INDEX "audit_event_chain_breaker_key_chain_seq_idx" ON "audit_event"("chain", "breaker_key", "chain_seq");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_chain_chain_seq_key" ON "audit_event"("chain", "chain_seq");

-- CreateIndex
CREATE UNIQUE INDEX "sdk_key_hash_key" ON "sdk_key"("hash");

-- CreateIndex
CREATE INDEX "sdk_key_environment_id_idx" ON "sdk_key"("environment_id");

-- CreateIndex
CREATE INDEX "instance_last_seen_at_idx" ON "instance"("last_seen_at");

-- CreateIndex
CREATE INDEX "metric_rollup_environment_id_at_idx" ON "metric_rollup"("environment_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "breaker" ADD CONSTRAINT "breaker_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "breaker_state" ADD CONSTRAINT "breaker_state_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "breaker_state" ADD CONSTRAINT "breaker_state_breaker_id_fkey" FOREIGN KEY ("breaker_id") REFERENCES "breaker"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "change" ADD CONSTRAINT "change_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sdk_key" ADD CONSTRAINT "sdk_key_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "instance" ADD CONSTRAINT "instance_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language has no words for follows.

-- Rows that land outside every day's partition are kept, so that inserts outlive a retention job that does not run.
CREATE TABLE "metric_rollup_default" PARTITION OF "metric_rollup" DEFAULT;

-- Bounds
ALTER TABLE "environment"
    ADD CONSTRAINT "environment_seq_check" CHECK ("seq" >= 0),
    ADD CONSTRAINT "environment_audit_seq_check" CHECK ("audit_seq" >= 0),
    ADD CONSTRAINT "environment_audit_head_check" CHECK (octet_length("audit_head") = 32);

ALTER TABLE "breaker"
    ADD CONSTRAINT "breaker_key_check" CHECK (char_length("key") BETWEEN 1 AND 200),
    ADD CONSTRAINT "breaker_salt_check" CHECK ("salt" <> '');

ALTER TABLE "breaker_state"
    ADD CONSTRAINT "breaker_state_version_check" CHECK ("version" >= 1),
    ADD CONSTRAINT "breaker_state_revision_check" CHECK ("revision" >= 1),
    ADD CONSTRAINT "breaker_state_seq_check" CHECK ("seq" >= 0),
    ADD CONSTRAINT "breaker_state_admission_check" CHECK ("admission" BETWEEN 0 AND 4294967296),
    ADD CONSTRAINT "breaker_state_state_check" CHECK ("state" ->> 'kind' IS NOT DISTINCT FROM "kind"::text),
    ADD CONSTRAINT "breaker_state_held_until_check" CHECK ("held_until" IS NULL OR "mode" = 'held'),
    ADD CONSTRAINT "breaker_state_policy_check" CHECK (jsonb_typeof("policy") = 'object'),
    ADD CONSTRAINT "breaker_state_rules_check" CHECK (jsonb_typeof("rules") = 'array');

ALTER TABLE "change"
    ADD CONSTRAINT "change_seq_check" CHECK ("seq" >= 1),
    ADD CONSTRAINT "change_view_check" CHECK ("view" IS NULL OR jsonb_typeof("view") = 'object');

ALTER TABLE "audit_event"
    ADD CONSTRAINT "audit_event_chain_seq_check" CHECK ("chain_seq" >= 1),
    ADD CONSTRAINT "audit_event_hash_check" CHECK (octet_length("hash") = 32 AND octet_length("prev_hash") = 32);

ALTER TABLE "audit_chain"
    ADD CONSTRAINT "audit_chain_head_check" CHECK (octet_length("head") = 32 AND "chain_seq" >= 0);

ALTER TABLE "sdk_key"
    ADD CONSTRAINT "sdk_key_hash_check" CHECK (octet_length("hash") = 32);

ALTER TABLE "metric_rollup"
    ADD CONSTRAINT "metric_rollup_width_s_check" CHECK ("width_s" IN (1, 10)),
    ADD CONSTRAINT "metric_rollup_counts_check" CHECK (
        LEAST("ok", "failures", "slow", "timeouts", "stalled", "rejected", "throttled", "local_lag") >= 0
    );

-- Both are updated in place all the time; room on the page keeps those updates off the indexes.
ALTER TABLE "environment" SET (fillfactor = 50);
ALTER TABLE "breaker_state" SET (fillfactor = 70);

-- The audit log is append-only for everybody, its owner included.
CREATE FUNCTION "recloser_refuse_audit_change"() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Write a new event that corrects the old one.';
END;
$$;

CREATE TRIGGER "audit_event_append_only"
    BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "recloser_refuse_audit_change"();

-- Fires in replica mode too.
ALTER TABLE "audit_event" ENABLE ALWAYS TRIGGER "audit_event_append_only";

-- Makes the partitions of `days` days from `first` on, and returns how many were new. Rows of such a day that
-- went to the DEFAULT partition meanwhile are moved. Runs as its owner: the run-time role has no DDL here.
CREATE FUNCTION "recloser_ensure_rollup_partitions"(first date, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    day date;
    name text;
    lower_bound timestamptz;
    upper_bound timestamptz;
    made integer := 0;
BEGIN
    IF days < 1 OR days > 400 THEN
        RAISE EXCEPTION 'days must lie in 1…400, got %', days USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('recloser.rollup_partitions', 0));
    FOR i IN 0 .. days - 1 LOOP
        day := first + i;
        name := 'metric_rollup_p' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        lower_bound := day::timestamp AT TIME ZONE 'UTC';
        upper_bound := (day + 1)::timestamp AT TIME ZONE 'UTC';
        -- Writers wait, so that no row of that day slips into DEFAULT between the move and the attachment.
        LOCK TABLE metric_rollup IN SHARE ROW EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE %I (LIKE metric_rollup INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
        EXECUTE format(
            'WITH moved AS (DELETE FROM metric_rollup_default WHERE at >= %L AND at < %L RETURNING *)
             INSERT INTO %I SELECT * FROM moved',
            lower_bound, upper_bound, name);
        EXECUTE format(
            'ALTER TABLE metric_rollup ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            name, lower_bound, upper_bound);
        made := made + 1;
    END LOOP;
    RETURN made;
END;
$$;

-- Drops the partitions that lie wholly before `cut`, and such rows of the DEFAULT partition. Returns how many were dropped.
CREATE FUNCTION "recloser_drop_rollup_partitions"(cut timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('recloser.rollup_partitions', 0));
    FOR name IN
        SELECT c.relname
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.metric_rollup'::regclass AND c.relname ~ '^metric_rollup_p[0-9]{8}$'
        ORDER BY c.relname
    LOOP
        CONTINUE WHEN (to_date(right(name, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' > cut;
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM metric_rollup_default WHERE at < cut;
    RETURN dropped;
END;
$$;

REVOKE ALL ON FUNCTION "recloser_ensure_rollup_partitions"(date, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION "recloser_drop_rollup_partitions"(timestamptz) FROM PUBLIC;
