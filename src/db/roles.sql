-- Run-time roles. Roles belong to the whole cluster, so they are made here and not in a migration: idempotent, and safe
-- when several databases of one cluster are prepared at once.
DO $$
DECLARE
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('exception_desk roles'));
    FOREACH name IN ARRAY ARRAY['exception_desk_identity', 'exception_desk_partner', 'exception_desk_staff', 'exception_desk_publisher',
        'exception_desk_subject', 'exception_desk_mailer', 'exception_desk_sealer', 'exception_desk_reporter', 'exception_desk_eraser'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        EXECUTE format('GRANT %I TO CURRENT_USER', name);
    END LOOP;
END $$;
