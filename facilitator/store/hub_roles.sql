-- How laptops join a hub, and how they are put off again (see hub_roles.py). @tag@ is the event's tag
-- in lower case, @fold@ the collation under which two desks' names are compared.
-- FJ001 no code of this event; FJ002 used; FJ003 over; FJ004 no name; FJ005 the name is another
-- desk's; FJ006 no such desk; FJ007 the desk is the hub; FJ008 no such role.

-- One place makes a login, whoever asks; a password may come as its SCRAM verifier.
CREATE OR REPLACE FUNCTION facilitator_make_login(login text, role text, password text)
RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET password_encryption = 'scram-sha-256' AS $$
BEGIN
    IF role NOT IN ('desk', 'facilitator', 'organiser') THEN
        RAISE EXCEPTION 'no role %', role USING ERRCODE = 'FJ008';
    END IF;
    IF login !~ '^f_@tag@_[0-9a-f]{8}$' THEN
        RAISE EXCEPTION 'no login of this event: %', login USING ERRCODE = 'FJ006';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = login) THEN
        EXECUTE format('CREATE ROLE %I', login);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN CONNECTION LIMIT 12 PASSWORD %L', login, password);
    EXECUTE format('GRANT %I TO %I', 'f_@tag@_' || role, login);
    IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
        -- else it could not cut the connections of the login
        EXECUTE format('GRANT %I TO %I', login, current_user);
    END IF;
    -- A laptop that freezes inside a transaction must not stop the others.
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', login, '300ms');
    EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', login, '500ms');
    EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', login, '700ms');
END $$;

CREATE OR REPLACE FUNCTION facilitator_join(
    name text, machine text, address text, port int, at timestamptz
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    code public.join_code%ROWTYPE;
    other public.joined%ROWTYPE;
    now_is timestamptz := clock_timestamp();
    wanted text := btrim(regexp_replace(
        facilitator_join.name, '[[:cntrl:][:space:]]+', ' ', 'g'));
    desk uuid := gen_random_uuid();
    new_login text := 'f_@tag@_' || right(replace(desk::text, '-', ''), 8);
    secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    counted int := 1;
    aside text;
    present public.term%ROWTYPE;
BEGIN
    -- One at a time: two codes may be used at one moment by two desks of one name.
    PERFORM pg_advisory_xact_lock(1178682184);
    SELECT c.* INTO code FROM public.join_code c WHERE c.login = session_user FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no code for joining' USING ERRCODE = 'FJ001';
    ELSIF code.used_at IS NOT NULL THEN
        RAISE EXCEPTION 'this code was used already' USING ERRCODE = 'FJ002';
    ELSIF code.until <= now_is THEN
        RAISE EXCEPTION 'this code is over' USING ERRCODE = 'FJ003';
    ELSIF coalesce(wanted, '') = '' OR length(wanted) > 60 THEN
        RAISE EXCEPTION 'no name for a desk' USING ERRCODE = 'FJ004';
    END IF;

    SELECT j.* INTO other FROM public.joined j
    WHERE lower(j.name COLLATE @fold@) = lower(wanted COLLATE @fold@);
    IF FOUND THEN
        -- The same laptop, whose answer was lost on the way, comes again under its name.
        IF other.put_off_at IS NULL AND (
            other.is_hub OR other.machine = '' OR other.machine <> facilitator_join.machine
            OR EXISTS (SELECT 1 FROM public.heard h WHERE h.joined_id = other.id)
        ) THEN
            RAISE EXCEPTION 'there is a desk of that name' USING ERRCODE = 'FJ005';
        END IF;
        IF EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = other.login) THEN
            EXECUTE format('ALTER ROLE %I NOLOGIN', other.login);
        END IF;
        aside := other.name || ' (put off)';
        WHILE EXISTS (SELECT 1 FROM public.joined j WHERE j.name = aside) LOOP
            counted := counted + 1;
            aside := other.name || ' (put off ' || counted || ')';
        END LOOP;
        UPDATE public.joined j SET name = aside, put_off_at = coalesce(j.put_off_at, now_is)
        WHERE j.id = other.id;
    END IF;

    PERFORM public.facilitator_make_login(new_login, code.role, secret);
    INSERT INTO public.joined (
        id, name, role, machine, login, address, port, joined_at, is_hub, skew
    ) VALUES (
        desk, wanted, code.role, coalesce(facilitator_join.machine, ''), new_login,
        coalesce(facilitator_join.address, ''), coalesce(facilitator_join.port, 0), now_is, false,
        coalesce(extract(epoch FROM now_is - facilitator_join.at), 0)
    );
    UPDATE public.join_code c SET used_at = now_is, by = wanted WHERE c.id = code.id;
    EXECUTE format('ALTER ROLE %I NOLOGIN', session_user);

    SELECT t.* INTO present FROM public.term t ORDER BY t.number DESC, t.hub_id DESC LIMIT 1;
    RETURN jsonb_build_object(
        'desk_id', desk, 'name', wanted, 'login', new_login, 'password', secret,
        'role', code.role, 'database', current_database(),
        'event_id', (SELECT e.id FROM public.event e),
        'version', (SELECT v.version_num FROM public.alembic_version v),
        'term', present.number, 'hub_id', present.hub_id, 'hub', present.name,
        'now', extract(epoch FROM clock_timestamp()),
        'others', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'addresses', string_to_array(j.address, ','), 'port', j.port, 'name', j.name
            ) ORDER BY j.joined_at, j.id), '[]')
            FROM public.joined j
            WHERE j.role = 'organiser' AND j.put_off_at IS NULL AND NOT j.is_hub
              AND j.address <> '' AND j.port > 0 AND j.id <> desk
        )
    );
END $$;

CREATE OR REPLACE FUNCTION facilitator_make_code(role text, verifier text, minutes int)
RETURNS TABLE (login text, until timestamptz) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    code uuid := gen_random_uuid();
BEGIN
    IF role NOT IN ('desk', 'facilitator', 'organiser') THEN
        RAISE EXCEPTION 'no role %', role USING ERRCODE = 'FJ008';
    END IF;
    -- Else it would be a password in the clear, or one of another kind.
    IF verifier !~ '^SCRAM-SHA-256\$' THEN
        RAISE EXCEPTION 'no verifier' USING ERRCODE = '22023';
    END IF;
    login := 'f_@tag@_join_' || right(replace(code::text, '-', ''), 8);
    until := clock_timestamp() + make_interval(mins => minutes);
    EXECUTE format(
        'CREATE ROLE %I LOGIN CONNECTION LIMIT 3 PASSWORD %L VALID UNTIL %L',
        login, verifier, until);
    EXECUTE format('GRANT %I TO %I', 'f_@tag@_join', login);
    -- It writes what it was given to its disk before it commits, and holds up other joiners alone.
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', login, '5s');
    EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', login, '3s');
    INSERT INTO public.join_code (id, role, login, made_at, until, by)
    VALUES (code, role, login, clock_timestamp(), until, '');
    RETURN NEXT;
END $$;

-- A login of a code stays for an hour after it was over, so that who comes too late is told so.
CREATE OR REPLACE FUNCTION facilitator_expire_codes() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    old record;
    dropped int := 0;
BEGIN
    FOR old IN
        DELETE FROM public.join_code c WHERE c.until < clock_timestamp() - interval '1 hour'
        RETURNING c.login
    LOOP
        EXECUTE format('DROP ROLE IF EXISTS %I', old.login);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

CREATE OR REPLACE FUNCTION facilitator_put_off(login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    desk public.joined%ROWTYPE;
BEGIN
    SELECT j.* INTO desk FROM public.joined j WHERE j.login = facilitator_put_off.login FOR UPDATE;
    IF NOT FOUND OR desk.login !~ '^f_@tag@_[0-9a-f]{8}$' THEN
        RAISE EXCEPTION 'no such desk' USING ERRCODE = 'FJ006';
    ELSIF desk.is_hub THEN
        RAISE EXCEPTION 'the hub itself' USING ERRCODE = 'FJ007';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = desk.login) THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', desk.login);
    END IF;
    UPDATE public.joined j SET put_off_at = coalesce(j.put_off_at, clock_timestamp())
    WHERE j.id = desk.id;
END $$;

-- Asked for in a transaction of its own, after the login may not come in again.
CREATE OR REPLACE FUNCTION facilitator_cut(login text) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*)::int FROM (
        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
        WHERE r.rolname = facilitator_cut.login AND NOT r.rolcanlogin
          AND r.rolname ~ '^f_@tag@_(join_)?[0-9a-f]{8}$' AND a.pid <> pg_backend_pid()
    ) cut
$$;

-- What a deputy needs to be the hub: every login may come to it with the password that it has.
CREATE OR REPLACE FUNCTION facilitator_deputy_secrets() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scram jsonb := '{}';
BEGIN
    BEGIN
        SELECT coalesce(jsonb_object_agg(a.rolname, a.rolpassword), '{}') INTO scram
        FROM pg_authid a WHERE a.rolname ~ '^f_@tag@_[0-9a-f]{8}$' AND a.rolcanlogin
          AND a.rolpassword IS NOT NULL;
    EXCEPTION WHEN insufficient_privilege THEN
        -- a server of somebody else, whose verifiers nobody but its superuser reads
        scram := '{}';
    END;
    RETURN jsonb_build_object(
        'scram', scram,
        'roles', (
            SELECT coalesce(jsonb_object_agg(j.login, j.role), '{}') FROM public.joined j
            WHERE scram ? j.login
        ),
        'ca_key', (SELECT s.value FROM public.hub_secret s WHERE s.key = 'ca_key')
    );
END $$;

CREATE OR REPLACE FUNCTION facilitator_taken_off() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE public.joined j SET taken_off_at = coalesce(j.taken_off_at, clock_timestamp())
    WHERE j.login = session_user
$$;
