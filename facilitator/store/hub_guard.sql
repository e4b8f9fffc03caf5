-- Narrows what a role may change of a row (see hub_roles.py): grants say which table, this says which
-- columns or which rows. Arguments: the organisers' group, then for each narrowed role its group,
-- the columns that may differ and the keys that may be written, with commas between.
CREATE OR REPLACE FUNCTION facilitator_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID);
    place int := 1;
    fields text[];
    keys text[];
BEGIN
    IF pg_has_role(current_user, owner, 'USAGE') OR pg_has_role(current_user, TG_ARGV[0], 'USAGE')
    THEN
        RETURN NEW;
    END IF;
    WHILE place < TG_NARGS LOOP
        IF pg_has_role(current_user, TG_ARGV[place], 'USAGE') THEN
            fields := string_to_array(TG_ARGV[place + 1], ',');
            keys := string_to_array(TG_ARGV[place + 2], ',');
            IF TG_OP = 'UPDATE' AND fields <> '{}'
               AND to_jsonb(NEW) - fields <> to_jsonb(OLD) - fields
            THEN
                RAISE insufficient_privilege
                USING MESSAGE = format('permission denied for this change of %s', TG_TABLE_NAME);
            END IF;
            IF keys <> '{}' AND (
                NOT to_jsonb(NEW) ->> 'key' = ANY (keys)
                OR TG_OP = 'UPDATE' AND NOT to_jsonb(OLD) ->> 'key' = ANY (keys)
            ) THEN
                RAISE insufficient_privilege
                USING MESSAGE = format('permission denied for this row of %s', TG_TABLE_NAME);
            END IF;
        END IF;
        place := place + 3;
    END LOOP;
    RETURN NEW;
END $$;
