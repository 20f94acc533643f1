-- AlterTable
ALTER TABLE "instance" ADD COLUMN     "key_id" UUID;

-- A key that has ended never works again, for nobody: not for the owner of the tables either.
CREATE FUNCTION "recloser_guard_sdk_key"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'the SDK key % has ended for good', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Create another key.';
    END IF;
    IF (NEW.id, NEW.environment_id, NEW.hash, NEW.created_by, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.environment_id, OLD.hash, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'the SDK key % cannot become another', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Create another key.';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER "sdk_key_guarded"
    BEFORE UPDATE ON "sdk_key"
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_sdk_key"();

CREATE FUNCTION "recloser_keep_sdk_key"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'SDK keys are revoked, never removed: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Set revoked_at.';
END;
$$;

-- Removed and added anew, a key would have forgotten that it was revoked.
CREATE TRIGGER "sdk_key_kept"
    BEFORE DELETE OR TRUNCATE ON "sdk_key"
    FOR EACH STATEMENT EXECUTE FUNCTION "recloser_keep_sdk_key"();

-- A role changes only together with its audit event, whatever program changes it.
CREATE FUNCTION "recloser_guard_role"() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM (
            SELECT action, body, xmin::text::bigint AS made_by FROM audit_event
            WHERE chain = 'system' ORDER BY chain_seq DESC LIMIT 100
        ) e
        WHERE e.action = 'person.set_role'
            AND e.made_by = (pg_current_xact_id()::text::numeric % 4294967296)::bigint
            AND convert_from(e.body, 'UTF8')::jsonb #>> '{after,id}' = NEW.id
            AND convert_from(e.body, 'UTF8')::jsonb #>> '{after,role}' = NEW.role::text
    ) THEN
        RAISE EXCEPTION 'the role of % changes only together with its audit event', NEW.id
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Append person.set_role to the system chain in the same transaction.';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER "user_role_guarded"
    AFTER UPDATE OF "role" ON "user"
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role)
    EXECUTE FUNCTION "recloser_guard_role"();
