-- AlterTable
ALTER TABLE "account" ADD COLUMN     "claim" TEXT;

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "claim" TEXT;

-- CreateTable
CREATE TABLE "claim_key" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "inner_pad" BYTEA NOT NULL,
    "outer_pad" BYTEA NOT NULL,

    CONSTRAINT "claim_key_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "claim_key_is_one" CHECK ("id")
);

-- True when the claim was made with AUTH_SECRET, which the database does not hold, and while no key has been given. HMAC
-- with SHA-256 (RFC 2104), whose two padded keys stand in the table that only the owner reads.
CREATE FUNCTION "recloser_is_claimed"(message text, claim text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM public.claim_key) OR EXISTS (
        SELECT FROM public.claim_key k
        WHERE encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(message, 'UTF8'))), 'hex') = claim
    )
$$;

-- The run-time role's password alone opens no session: that takes a claim. A session stays one person's, and ends.
CREATE FUNCTION "recloser_guard_session"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF public.recloser_is_owner() THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.user_id, NEW.token) IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.token) THEN
            RAISE EXCEPTION 'the session % cannot become another', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NOT public.recloser_is_claimed(concat_ws(E'\n', 'session', NEW.user_id, NEW.token), NEW.claim) THEN
        RAISE EXCEPTION 'a session of % takes a claim', NEW.user_id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Only the API opens sessions, with AUTH_SECRET.';
    END IF;
    IF NEW.expires_at > clock_timestamp() + interval '8 days' THEN
        RAISE EXCEPTION 'a session ends within 8 days' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER "session_guarded"
    BEFORE INSERT OR UPDATE ON "session"
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_session"();

-- Nor does it give anyone a password.
CREATE FUNCTION "recloser_guard_account"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF public.recloser_is_owner() THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.account_id, NEW.provider_id, NEW.password)
        IS NOT DISTINCT FROM (OLD.user_id, OLD.account_id, OLD.provider_id, OLD.password) THEN
        RETURN NEW;
    END IF;
    IF NOT public.recloser_is_claimed(
        concat_ws(E'\n', 'account', NEW.user_id, NEW.account_id, NEW.provider_id, NEW.password), NEW.claim) THEN
        RAISE EXCEPTION 'a password of % takes a claim', NEW.user_id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Only the API sets passwords, with AUTH_SECRET.';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER "account_guarded"
    BEFORE INSERT OR UPDATE ON "account"
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_account"();

-- Whether this transaction has written such an event about something into the system chain.
CREATE FUNCTION "recloser_wrote_event"(what text, about text[], id text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT action, body, xmin::text::bigint AS made_by FROM public.audit_event
            WHERE chain = 'system' ORDER BY chain_seq DESC LIMIT 100
        ) e
        WHERE e.action = what AND e.made_by = (pg_current_xact_id()::text::numeric % 4294967296)::bigint
            AND convert_from(e.body, 'UTF8')::jsonb #>> about = id
    )
$$;

-- A person goes only together with the audit event of an admin. Otherwise, the first admin could be made anew.
CREATE FUNCTION "recloser_guard_removed_person"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.recloser_is_owner() AND NOT public.recloser_wrote_event('person.remove', '{before,id}', OLD.id) THEN
        RAISE EXCEPTION 'the person % goes only together with the audit event', OLD.id
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Append person.remove to the system chain in the same transaction.';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER "user_removed_guarded"
    AFTER DELETE ON "user"
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_removed_person"();

-- An SDK key comes only together with its audit event, whatever program makes it.
CREATE FUNCTION "recloser_guard_new_sdk_key"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.recloser_is_owner() AND NOT public.recloser_wrote_event('key.create', '{after,id}', NEW.id::text) THEN
        RAISE EXCEPTION 'the SDK key % is made only together with its audit event', NEW.id
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Append key.create to the system chain in the same transaction.';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER "sdk_key_inserted_guarded"
    AFTER INSERT ON "sdk_key"
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_new_sdk_key"();

-- The one way into the audit log, as before; what is written in the name of a person, a token or a
-- trigger takes a claim, too.
CREATE OR REPLACE FUNCTION "recloser_append_audit"(events json) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    e json;
    body bytea;
    prev bytea;
    hash bytea;
    last record;
    is_owner boolean := public.recloser_is_owner();
BEGIN
    FOR e IN SELECT value FROM json_array_elements(events) LOOP
        body := decode(e->>'body', 'hex');
        prev := decode(e->>'prev_hash', 'hex');
        hash := sha256(prev || public.recloser_audit_header(e, length(body)) || body);
        IF NOT is_owner THEN
            PERFORM public.recloser_check_actor(e);
            IF e->>'action' LIKE 'key.%' AND e->>'actor_kind' NOT IN ('user', 'token') THEN
                RAISE EXCEPTION 'a % may not write %', e->>'actor_kind', e->>'action'
                    USING ERRCODE = 'insufficient_privilege', HINT = 'SDK keys are made and revoked by people.';
            END IF;
            -- The command that renews an epoch has no AUTH_SECRET, and names nobody.
            IF e->>'actor_kind' IN ('user', 'token', 'trigger')
                AND NOT (e->>'actor_id' IS NULL AND e->>'action' = 'environment.renew_epoch')
                AND NOT public.recloser_is_claimed(concat_ws(E'\n', 'audit', encode(hash, 'hex')), e->>'claim') THEN
                RAISE EXCEPTION 'an event in the name of % takes a claim', e->>'actor_name'
                    USING ERRCODE = 'insufficient_privilege', HINT = 'Only the API writes those, with AUTH_SECRET.';
            END IF;
        END IF;
        SELECT a.chain_seq, a.hash INTO last FROM public.audit_event a
            WHERE a.chain = e->>'chain' ORDER BY a.chain_seq DESC LIMIT 1;
        IF (e->>'chain_seq')::bigint <> coalesce(last.chain_seq, 0) + 1
            OR prev <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
            OR hash <> decode(e->>'hash', 'hex')
            OR (e->>'chain') IS DISTINCT FROM coalesce(e->>'environment_id', 'system') THEN
            RAISE EXCEPTION 'event % of chain % does not follow the last one', e->>'chain_seq', e->>'chain'
                USING ERRCODE = 'insufficient_privilege', HINT = 'Verify the chain.';
        END IF;
        IF abs((e->>'at')::float8 - extract(epoch FROM clock_timestamp()) * 1000) > 600000 THEN
            RAISE EXCEPTION 'an event is written when it happens' USING ERRCODE = 'insufficient_privilege';
        END IF;
        INSERT INTO public.audit_event (id, chain, chain_seq, environment_id, breaker_key, at, actor_kind, actor_id,
            actor_name, action, reason, seq, body, prev_hash, hash)
        VALUES ((e->>'id')::uuid, e->>'chain', (e->>'chain_seq')::bigint, (e->>'environment_id')::uuid,
            e->>'breaker_key', to_timestamp((e->>'at')::float8 / 1000.0), e->>'actor_kind', e->>'actor_id',
            e->>'actor_name', e->>'action', e->>'reason', (e->>'seq')::bigint, body, prev, hash);
    END LOOP;
END;
$$;
