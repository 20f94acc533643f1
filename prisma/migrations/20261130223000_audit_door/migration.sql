-- The owner's roles may do what they like; everybody else has to have a claim.
CREATE FUNCTION "recloser_is_owner"() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = 'public.audit_event'::regclass), 'MEMBER')
$$;

-- The canonical bytes of an event's header, as docs/audit.md describes them.
CREATE FUNCTION "recloser_audit_header"(e json, body_bytes integer) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(
        '{"action":' || to_json(e->>'action') ||
        ',"actor":{"id":' || coalesce(to_json(e->>'actor_id')::text, 'null') ||
        ',"kind":' || to_json(e->>'actor_kind') || ',"name":' || to_json(e->>'actor_name') ||
        '},"at":' || (e->>'at')::bigint || ',"bodyBytes":' || body_bytes ||
        ',"breaker":' || coalesce(to_json(e->>'breaker_key')::text, 'null') ||
        ',"chain":' || to_json(e->>'chain') || ',"chainSeq":' || (e->>'chain_seq')::bigint ||
        ',"environmentId":' || coalesce(to_json(e->>'environment_id')::text, 'null') ||
        ',"format":1,"id":' || to_json(e->>'id') || ',"reason":' || to_json(e->>'reason') ||
        ',"seq":' || coalesce((e->>'seq')::bigint::text, 'null') || '}', 'UTF8')
$$;

-- In whose name an event may be written: a person's who is signed in, and of people and roles an admin's.
CREATE FUNCTION "recloser_check_actor"(e json) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text := e->>'actor_kind';
    person text := e->>'actor_id';
    what text := e->>'action';
    is_about_people boolean := what LIKE 'person.%';
BEGIN
    IF kind NOT IN ('user', 'system', 'sdk', 'schedule') OR (kind <> 'user' AND is_about_people) THEN
        RAISE EXCEPTION 'a % may not write %', kind, what USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind <> 'user' THEN RETURN; END IF;
    IF person IS NULL THEN
        IF what LIKE 'auth.%' OR what = 'environment.renew_epoch' THEN RETURN; END IF;
        RAISE EXCEPTION '% has to name a person', what USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public."user" u JOIN public.session s ON s.user_id = u.id
        WHERE u.id = person AND u.name = e->>'actor_name' AND s.expires_at > clock_timestamp()
            AND (NOT is_about_people OR u.role = 'admin')
    ) THEN
        RAISE EXCEPTION 'the person % may not write %', person, what
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'An event names a person who is signed in; of people and roles, an admin.';
    END IF;
END;
$$;

-- The one way into the audit log: in the order of the chain, with the hash that belongs to it, now, and by claim.
CREATE FUNCTION "recloser_append_audit"(events json) RETURNS void
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
        IF NOT is_owner THEN PERFORM public.recloser_check_actor(e); END IF;
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

REVOKE ALL ON FUNCTION "recloser_append_audit"(json) FROM PUBLIC;

-- A person is made as a viewer; every other role is given by an admin, with its audit event. The first one is an admin.
CREATE FUNCTION "recloser_guard_new_person"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.role <> 'viewer' AND NOT public.recloser_is_owner() AND EXISTS (SELECT 1 FROM public."user") THEN
        RAISE EXCEPTION 'a new person is a viewer, not %', NEW.role
            USING ERRCODE = 'insufficient_privilege', HINT = 'Give the role afterwards.';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER "user_inserted_guarded"
    BEFORE INSERT ON "user"
    FOR EACH ROW EXECUTE FUNCTION "recloser_guard_new_person"();
