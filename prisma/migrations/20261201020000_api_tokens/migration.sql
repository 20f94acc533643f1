-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "role" "Role" NOT NULL,
    "project_id" UUID,
    "environment_id" UUID,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_token_environment_has_project" CHECK ("environment_id" IS NULL OR "project_id" IS NOT NULL)
);

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A token that has ended never works again, and none becomes another: not for the owner of the tables either.
CREATE FUNCTION "recloser_guard_api_token"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'the API token % has ended for good', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Create another token.';
    END IF;
    IF (NEW.id, NEW.name, NEW.hash, NEW.role, NEW.project_id, NEW.environment_id, NEW.created_by, NEW.created_at, NEW.expires_at)
        IS DISTINCT FROM
        (OLD.id, OLD.name, OLD.hash, OLD.role, OLD.project_id, OLD.environment_id, OLD.created_by, OLD.created_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'the API token % cannot become another', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Create another token.';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER "api_token_guarded"
    BEFORE UPDATE ON "api_token"
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_api_token"();

CREATE FUNCTION "recloser_keep_api_token"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'API tokens are revoked, never removed: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Set revoked_at.';
END;
$$;

CREATE TRIGGER "api_token_kept"
    BEFORE DELETE OR TRUNCATE ON "api_token"
    FOR EACH STATEMENT EXECUTE FUNCTION "recloser_keep_api_token"();

-- A token exists only together with its audit event, whatever program makes it: the event takes an admin.
CREATE FUNCTION "recloser_guard_new_api_token"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM (
            SELECT action, body, xmin::text::bigint AS made_by FROM audit_event
            WHERE chain = 'system' ORDER BY chain_seq DESC LIMIT 100
        ) e
        WHERE e.action = 'token.create'
            AND e.made_by = (pg_current_xact_id()::text::numeric % 4294967296)::bigint
            AND convert_from(e.body, 'UTF8')::jsonb #>> '{after,id}' = NEW.id::text
            AND convert_from(e.body, 'UTF8')::jsonb #>> '{after,role}' = NEW.role::text
    ) THEN
        RAISE EXCEPTION 'the API token % is made only together with its audit event', NEW.id
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Append token.create to the system chain in the same transaction.';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER "api_token_inserted_guarded"
    AFTER INSERT ON "api_token"
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_new_api_token"();

-- A token writes in its own name, as long as it works, and of the environments it is for; of people and tokens only one
-- of an admin that is not limited.
CREATE FUNCTION "recloser_check_token_actor"(e json, is_about_access boolean) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    place uuid := (e->>'environment_id')::uuid;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.api_token t
        WHERE t.id::text = e->>'actor_id' AND 'token:' || t.name = e->>'actor_name' AND t.revoked_at IS NULL
            AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
            AND (place IS NULL OR t.project_id IS NULL OR EXISTS (
                SELECT 1 FROM public.environment v WHERE v.id = place AND v.project_id = t.project_id
                    AND (t.environment_id IS NULL OR t.environment_id = v.id)))
            AND (NOT is_about_access OR (t.role = 'admin' AND t.project_id IS NULL))
    ) THEN
        RAISE EXCEPTION 'the API token % may not write %', e->>'actor_id', e->>'action'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'An event names a token that works there; of people and tokens, one of an admin.';
    END IF;
END;
$$;

-- In whose name an event may be written: a person's who is signed in or a token's, and of people, roles and tokens an admin's.
CREATE OR REPLACE FUNCTION "recloser_check_actor"(e json) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text := e->>'actor_kind';
    person text := e->>'actor_id';
    what text := e->>'action';
    is_about_access boolean := what LIKE 'person.%' OR what LIKE 'token.%';
BEGIN
    IF kind IS NULL OR kind NOT IN ('user', 'token', 'system', 'sdk', 'schedule')
        OR (kind NOT IN ('user', 'token') AND is_about_access) THEN
        RAISE EXCEPTION 'a % may not write %', kind, what USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind = 'token' THEN
        PERFORM public.recloser_check_token_actor(e, is_about_access);
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
