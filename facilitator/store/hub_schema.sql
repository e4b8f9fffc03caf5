-- What a hub's database has besides an event's tables (see hub_schema.py).
-- 1178682183 is the lock under which a change takes its number; FT001 says that another laptop was
-- first, FT002 that the hub is in another term, FT003 that a removal of personal data has to be
-- heard of before anything is sent.

CREATE TABLE change (
    number bigint PRIMARY KEY,
    name text NOT NULL,
    key text NOT NULL,
    op text NOT NULL,
    -- the columns that an update changed
    fields text[],
    entry uuid,
    who text NOT NULL,
    via text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ix_change_row ON change (name, key, number);
CREATE INDEX ix_change_entry ON change (entry) WHERE entry IS NOT NULL;
CREATE SEQUENCE change_number;
CREATE TABLE hub_secret (key text PRIMARY KEY, value text NOT NULL);

-- Whether a change is another laptop's: a stick copied to two is one login twice, by two names.
CREATE FUNCTION facilitator_other(one change) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT one.who <> session_user OR one.via <> current_setting('application_name')
$$;

CREATE FUNCTION facilitator_append(name text, key text, op text, fields text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT pg_advisory_xact_lock(1178682183);
    INSERT INTO public.change
    VALUES (nextval('public.change_number'), name, key, op, fields,
            nullif(current_setting('facilitator.entry', true), '')::uuid, session_user,
            current_setting('application_name'), clock_timestamp());
    SELECT pg_notify('facilitator', '');
$$;
REVOKE ALL ON FUNCTION facilitator_append(text, text, text, text[]) FROM PUBLIC;

CREATE FUNCTION facilitator_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    changed jsonb;
    fields text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD::text = NEW::text THEN RETURN NULL; END IF;
        fields := ARRAY(
            SELECT was.key FROM jsonb_each(to_jsonb(OLD)) was
            WHERE was.value IS DISTINCT FROM to_jsonb(NEW) -> was.key
        );
    END IF;
    IF TG_OP = 'DELETE' THEN changed := to_jsonb(OLD); ELSE changed := to_jsonb(NEW); END IF;
    PERFORM public.facilitator_append(
        TG_TABLE_NAME, changed ->> TG_ARGV[0],
        CASE TG_OP WHEN 'INSERT' THEN 'i' WHEN 'UPDATE' THEN 'u' ELSE 'd' END, fields);
    RETURN NULL;
END $$;

CREATE FUNCTION facilitator_line(wanted text, wanted_key text) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found jsonb;
BEGIN
    IF wanted = 'setting' THEN
        SELECT to_jsonb(s) INTO found FROM setting s WHERE s.key = wanted_key;
    ELSE
        EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', wanted)
        INTO found USING wanted_key::uuid;
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION facilitator_pull(after bigint, most int)
RETURNS TABLE (c_number bigint, c_name text, c_key text, c_line jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT max(page.number) AS number, page.name, page.key
        FROM (SELECT c.* FROM change c WHERE c.number > after ORDER BY c.number LIMIT most) page
        GROUP BY page.name, page.key ORDER BY 1
    LOOP
        c_number := one.number;
        IF has_table_privilege(one.name, 'SELECT') THEN
            c_name := one.name;
            c_key := one.key;
            c_line := facilitator_line(one.name, one.key);
        ELSE
            -- what this role may not read is not even named; the reading goes on behind it
            c_name := '';
            c_key := '';
            c_line := NULL;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

CREATE FUNCTION facilitator_term() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('term', t.number, 'hub_id', t.hub_id)
    FROM term t ORDER BY t.number DESC, t.hub_id DESC LIMIT 1;
$$;

CREATE FUNCTION facilitator_put(after bigint, entry jsonb, firm boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    named text := entry ->> 'name';
    keyed text := entry ->> 'key';
    line jsonb := entry -> 'line';
    id_is text := CASE entry ->> 'name' WHEN 'setting' THEN 'key' ELSE 'id' END;
    id_type text := CASE entry ->> 'name' WHEN 'setting' THEN 'text' ELSE 'uuid' END;
    is_removal boolean := entry ->> 'op' = 'd';
    columns text;
    done int;
    met boolean;
BEGIN
    IF entry ->> 'op' = 'i' THEN
        IF firm AND named = 'presence' AND EXISTS (
            SELECT 1 FROM presence p
            JOIN change c ON c.name = 'presence' AND c.key = p.id::text
            WHERE p.attendee_id = (line ->> 'attendee_id')::uuid AND p.id <> keyed::uuid
              AND c.number > after AND facilitator_other(c)
        ) THEN
            RETURN 'changed';
        END IF;
        -- A change of the seating that was not taken leaves no seats.
        IF named = 'seat' AND NOT EXISTS (
            SELECT 1 FROM seat_change s WHERE s.id = (line ->> 'change_id')::uuid
        ) THEN
            RETURN 'gone';
        END IF;
        IF named = 'clock_fact' THEN
            -- What was not taken cannot be taken back.
            IF line ->> 'undoes' IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM clock_fact f WHERE f.id = (line ->> 'undoes')::uuid
            ) THEN
                RETURN 'gone';
            END IF;
            -- Two that were alone pressed one key, or let one session go on by itself: once is
            -- enough.
            IF EXISTS (
                SELECT 1 FROM clock_fact f
                WHERE f.number = (line ->> 'number')::int AND f.id <> keyed::uuid
                  AND f.kind = line ->> 'kind'
                  AND f.kind IN ('start', 'next', 'pause', 'resume', 'stop')
                  AND f.session_id IS NOT DISTINCT FROM (line ->> 'session_id')::uuid
                  AND abs(extract(epoch FROM f.at - (line ->> 'at')::timestamptz)) < 120
            ) THEN
                RETURN 'twin';
            END IF;
        END IF;
        EXECUTE format(
            'INSERT INTO %I SELECT * FROM jsonb_populate_record(NULL::%I, $1) '
            'ON CONFLICT DO NOTHING', named, named) USING line;
        GET DIAGNOSTICS done = ROW_COUNT;
        IF done = 1 THEN RETURN 'ok'; END IF;
        -- Who may only add cannot know that another said the same before.
        IF NOT has_table_privilege(named, 'SELECT') THEN RETURN 'same'; END IF;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = $1::%s)', named, id_is, id_type)
        INTO met USING keyed;
        RETURN CASE WHEN met THEN 'same' ELSE 'taken' END;
    END IF;
    -- What was decided upon what the hub has now, nobody else may have touched; of what was done
    -- apart, that goes together which concerns other columns.
    IF EXISTS (
        SELECT 1 FROM change c
        WHERE c.name = named AND c.key = keyed AND c.number > after AND facilitator_other(c)
          AND (firm OR is_removal OR c.fields IS NULL
               OR c.fields && ARRAY(SELECT jsonb_object_keys(line)))
    ) THEN
        RETURN 'changed';
    END IF;
    IF entry ->> 'op' = 'd' THEN
        EXECUTE format('DELETE FROM %I WHERE %I = $1::%s', named, id_is, id_type) USING keyed;
        GET DIAGNOSTICS done = ROW_COUNT;
        RETURN CASE done WHEN 1 THEN 'ok' ELSE 'same' END;
    END IF;
    SELECT string_agg(format('%I', k), ', ') INTO columns FROM jsonb_object_keys(line) k
    WHERE k <> id_is;
    EXECUTE format(
        'UPDATE %I SET (%s) = (SELECT %s FROM jsonb_populate_record(NULL::%I, $1)) '
        'WHERE %I = $2::%s', named, columns, columns, named, id_is, id_type)
    USING line, keyed;
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN CASE done WHEN 1 THEN 'ok' ELSE 'gone' END;
END $$;

-- The notes of a push that somebody else has changed since what is sent was written: the change
-- list says so, or, where it began anew with a term, that a version of that number is there.
CREATE FUNCTION facilitator_contested(after bigint, entries jsonb) RETURNS uuid[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(entries) e WHERE e ->> 'name' LIKE 'note%'
    ) OR NOT has_table_privilege('note_version', 'SELECT') THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT (e ->> 'key')::uuid
        FROM jsonb_array_elements(entries) e
        JOIN change c ON c.name = 'note' AND c.key = e ->> 'key'
        WHERE e ->> 'name' = 'note' AND e ->> 'op' = 'u' AND c.number > after
          AND facilitator_other(c)
          AND NOT EXISTS (SELECT 1 FROM change d WHERE d.entry = (e ->> 'entry')::uuid)
        UNION
        SELECT v.note_id
        FROM jsonb_array_elements(entries) e
        JOIN note_version v ON v.note_id = (e -> 'line' ->> 'note_id')::uuid
         AND v.number = (e -> 'line' ->> 'number')::int AND v.id <> (e ->> 'key')::uuid
        WHERE e ->> 'name' = 'note_version' AND e ->> 'op' = 'i'
        UNION
        -- What is sent may end between the two: a note says what version of it is its latest.
        SELECT (e ->> 'key')::uuid
        FROM jsonb_array_elements(entries) e
        JOIN note_version v ON v.note_id = (e ->> 'key')::uuid
         AND v.number >= (e -> 'version' ->> 'number')::int
         AND v.id <> (e -> 'version' ->> 'id')::uuid
        WHERE e ->> 'name' = 'note' AND e ->> 'op' = 'u'
    );
END $$;

CREATE FUNCTION facilitator_push(
    after bigint, in_term int, in_hub uuid, entries jsonb, heard bigint DEFAULT 0
) RETURNS jsonb LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    entry jsonb;
    said text;
    why text;
    firm boolean;
    answers jsonb := '[]';
    present jsonb;
    before bigint;
    -- a change of the seats was not taken: none that was made upon it is
    apart boolean := false;
    -- notes that somebody else has changed meanwhile: all that was done to them here stands apart,
    -- for what a note says and its latest version are one thing
    contested uuid[];
    now_is jsonb := facilitator_term();
BEGIN
    IF (now_is ->> 'term')::int <> in_term OR (now_is ->> 'hub_id')::uuid <> in_hub THEN
        RAISE EXCEPTION 'another term' USING ERRCODE = 'FT002';
    END IF;
    PERFORM pg_advisory_xact_lock(1178682183);
    before := (SELECT coalesce(max(c.number), 0) FROM change c);
    -- What was written before a removal of personal data was heard of would bring people back.
    IF EXISTS (
        SELECT 1 FROM change c
        WHERE c.name = 'removal' AND c.op = 'i' AND c.number > greatest(after, heard)
          AND facilitator_other(c)
    ) THEN
        RAISE EXCEPTION 'hear of the removal first' USING ERRCODE = 'FT003';
    END IF;
    contested := facilitator_contested(after, entries);
    FOR entry IN SELECT jsonb_array_elements(entries) LOOP
        firm := (entry ->> 'strict')::boolean;
        why := '';
        IF EXISTS (SELECT 1 FROM change c WHERE c.entry = (entry ->> 'entry')::uuid) THEN
            said := 'same';
        ELSE
            BEGIN
                PERFORM set_config('facilitator.entry', entry ->> 'entry', true);
                IF apart AND entry ->> 'name' = 'seat_change' THEN
                    said := 'taken';
                ELSIF entry ->> 'name' = 'note' AND entry ->> 'op' = 'u'
                      AND (entry ->> 'key')::uuid = ANY (contested) THEN
                    said := 'changed';
                ELSIF entry ->> 'name' = 'note_version' AND entry ->> 'op' = 'i'
                      AND (entry -> 'line' ->> 'note_id')::uuid = ANY (contested) THEN
                    -- A table may be named only where it is read: grants are asked of a whole
                    -- expression.
                    PERFORM 1 FROM note_version v WHERE v.id = (entry ->> 'key')::uuid;
                    said := CASE WHEN FOUND THEN 'same' ELSE 'taken' END;
                ELSE
                    said := facilitator_put(after, entry, firm);
                END IF;
            EXCEPTION WHEN OTHERS THEN
                -- What is wrong with this row concerns it alone: its data, a constraint, a grant.
                -- A full disk, a lock, a server that may only be read concern all of them: later.
                IF left(SQLSTATE, 2) NOT IN ('22', '23', '42') THEN RAISE; END IF;
                said := 'refused';
                why := SQLSTATE || ' ' || SQLERRM;
            END;
            PERFORM set_config('facilitator.entry', '', true);
        END IF;
        apart := apart OR (entry ->> 'name' = 'seat_change' AND said = 'taken');
        IF firm AND said NOT IN ('ok', 'same') THEN
            RAISE EXCEPTION '%', said || ' ' || (entry ->> 'name') || ' ' || why
            USING ERRCODE = CASE WHEN why LIKE '42501 %' THEN '42501' ELSE 'FT001' END;
        END IF;
        present := NULL;
        IF said NOT IN ('ok', 'same') THEN
            IF has_table_privilege(entry ->> 'name', 'SELECT') THEN
                present := facilitator_line(entry ->> 'name', entry ->> 'key');
            END IF;
        END IF;
        answers := answers || jsonb_build_array(
            jsonb_build_object('said', said, 'why', why, 'present', present));
    END LOOP;
    -- Where nobody else changed anything since, whoever sent this has read everything.
    RETURN jsonb_build_object('answers', answers, 'read', CASE WHEN before <= after THEN
        (SELECT coalesce(max(c.number), 0) FROM change c) END);
END $$;

CREATE FUNCTION facilitator_hello(in_cursor bigint, in_term int, in_waiting int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me public.joined%ROWTYPE;
BEGIN
    SELECT * INTO me FROM public.joined j WHERE j.login = session_user;
    IF FOUND THEN
        -- When somebody was heard of need not outlast a power cut: no disk is waited for.
        PERFORM set_config('synchronous_commit', 'off', true);
        INSERT INTO public.heard (joined_id, at, cursor, term, waiting)
        VALUES (me.id, clock_timestamp(), in_cursor, in_term, in_waiting)
        ON CONFLICT (joined_id) DO UPDATE
        SET at = excluded.at, cursor = excluded.cursor, term = excluded.term,
            waiting = excluded.waiting;
    END IF;
    RETURN public.facilitator_term() || jsonb_build_object(
        'now', extract(epoch FROM clock_timestamp()),
        'last', (SELECT coalesce(max(number), 0) FROM public.change),
        'event', (SELECT id FROM public.event),
        'version', (SELECT version_num FROM public.alembic_version),
        'role', me.role, 'name', me.name, 'put_off', me.put_off_at IS NOT NULL);
END $$;
