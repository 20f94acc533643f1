-- CreateEnum
CREATE TYPE "TriggerAction" AS ENUM ('open', 'dim', 'hold');

-- CreateTable
CREATE TABLE "incoming_trigger" (
    "id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "breaker_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "action" "TriggerAction" NOT NULL,
    "admission" BIGINT,
    "duration_ms" INTEGER NOT NULL,
    "alerts" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "incoming_trigger_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "incoming_trigger_dims_to_a_part" CHECK (
        CASE WHEN "action" = 'dim' THEN "admission" > 0 AND "admission" < 4294967296 ELSE "admission" IS NULL END),
    CONSTRAINT "incoming_trigger_ends" CHECK ("duration_ms" > 0)
);

-- CreateIndex
CREATE UNIQUE INDEX "incoming_trigger_hash_key" ON "incoming_trigger"("hash");

-- CreateIndex
CREATE INDEX "incoming_trigger_environment_id_idx" ON "incoming_trigger"("environment_id");

-- AddForeignKey
ALTER TABLE "incoming_trigger" ADD CONSTRAINT "incoming_trigger_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_trigger" ADD CONSTRAINT "incoming_trigger_breaker_id_fkey" FOREIGN KEY ("breaker_id") REFERENCES "breaker"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A trigger that has ended never works again, and none becomes another: not for the owner of the tables either.
CREATE FUNCTION "recloser_guard_incoming_trigger"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'the trigger % has ended for good', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Create another trigger.';
    END IF;
    IF (NEW.id, NEW.environment_id, NEW.breaker_id, NEW.name, NEW.hash, NEW.action, NEW.admission, NEW.duration_ms,
            NEW.created_by, NEW.created_at)
        IS DISTINCT FROM
        (OLD.id, OLD.environment_id, OLD.breaker_id, OLD.name, OLD.hash, OLD.action, OLD.admission, OLD.duration_ms,
            OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'the trigger % cannot become another', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Create another trigger.';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER "incoming_trigger_guarded"
    BEFORE UPDATE ON "incoming_trigger"
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_incoming_trigger"();

CREATE FUNCTION "recloser_keep_incoming_trigger"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'triggers are revoked, never removed: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Set revoked_at.';
END;
$$;

CREATE TRIGGER "incoming_trigger_kept"
    BEFORE DELETE OR TRUNCATE ON "incoming_trigger"
    FOR EACH STATEMENT EXECUTE FUNCTION "recloser_keep_incoming_trigger"();

-- A trigger exists only together with its audit event, whatever program makes it.
CREATE FUNCTION "recloser_guard_new_incoming_trigger"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM (
            SELECT action, body, xmin::text::bigint AS made_by FROM audit_event
            WHERE chain = 'system' ORDER BY chain_seq DESC LIMIT 100
        ) e
        WHERE e.action = 'trigger.create'
            AND e.made_by = (pg_current_xact_id()::text::numeric % 4294967296)::bigint
            AND convert_from(e.body, 'UTF8')::jsonb #>> '{after,id}' = NEW.id::text
    ) THEN
        RAISE EXCEPTION 'the trigger % is made only together with its audit event', NEW.id
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Append trigger.create to the system chain in the same transaction.';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER "incoming_trigger_inserted_guarded"
    AFTER INSERT ON "incoming_trigger"
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_new_incoming_trigger"();

-- A trigger writes in its own name, as long as it works, of its own breaker and of what it is for.
CREATE FUNCTION "recloser_check_trigger_actor"(e json) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.incoming_trigger t JOIN public.breaker b ON b.id = t.breaker_id
        WHERE t.id::text = e->>'actor_id' AND 'trigger:' || t.name = e->>'actor_name' AND t.revoked_at IS NULL
            AND t.environment_id::text = e->>'environment_id' AND b.key = e->>'breaker_key'
            AND 'trigger.' || t.action::text = e->>'action'
    ) THEN
        RAISE EXCEPTION 'the trigger % may not write %', e->>'actor_id', e->>'action'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'An event of a trigger is about its own breaker and action.';
    END IF;
END;
$$;

-- In whose name an event may be written: a person's who is signed in, a token's or a trigger's. Events of people, roles
-- and tokens take an admin, and those of triggers a person or a token.
CREATE OR REPLACE FUNCTION "recloser_check_actor"(e json) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text := e->>'actor_kind';
    person text := e->>'actor_id';
    what text := e->>'action';
    is_about_access boolean := what LIKE 'person.%' OR what LIKE 'token.%';
    needs_somebody boolean := is_about_access OR what IN ('trigger.create', 'trigger.revoke');
BEGIN
    IF kind IS NULL OR kind NOT IN ('user', 'token', 'trigger', 'system', 'sdk', 'schedule')
        OR (kind NOT IN ('user', 'token') AND needs_somebody) THEN
        RAISE EXCEPTION 'a % may not write %', kind, what USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind = 'token' THEN
        PERFORM public.recloser_check_token_actor(e, is_about_access);
        RETURN;
    END IF;
    IF kind = 'trigger' THEN
        PERFORM public.recloser_check_trigger_actor(e);
        RETURN;
    END IF;
    IF kind <> 'user' THEN RETURN; END IF;
    IF person IS NULL THEN
        IF what LIKE 'auth.%' OR what = 'environment.renew_epoch' THEN RETURN; END IF;
        RAISE EXCEPTION '% has to name a person', what USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public."user" u JOIN public.session s ON s.user_id = u.id
        WHERE u.id = person AND u.name = e->>'actor_name' AND s.expires_at > clock_timestamp()
            AND (NOT is_about_access OR u.role = 'admin')
    ) THEN
        RAISE EXCEPTION 'the person % may not write %', person, what
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'An event names a person who is signed in; of people, roles and tokens, an admin.';
    END IF;
END;
$$;
