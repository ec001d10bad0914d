-- One submission as one statement: bench_file() writes what the desk writes for the latest request that it has kept (the
-- "sample"), with the same contents, indexes and foreign keys, and nothing more: a number from the sequence, a request in
-- review, its audit row, its outbox row. It reads nothing, locks nothing and checks nothing; its caller owns the tables, so
-- that no row-level security applies. Ids are made in time's order, as the desk's are. Texts and JSON are constants of the
-- function; PL/pgSQL keeps its plan.
DO $make$
DECLARE
    sample requests;
    event audit_events;
    news outbox;
BEGIN
    SELECT * INTO STRICT sample FROM requests ORDER BY id DESC LIMIT 1;
    SELECT * INTO STRICT event FROM audit_events WHERE subject_id = sample.id;
    SELECT * INTO STRICT news FROM outbox WHERE request_id = sample.id;
    EXECUTE format($function$
        CREATE FUNCTION bench_file() RETURNS text LANGUAGE plpgsql AS $body$
        DECLARE
            this_number CONSTANT bigint := nextval('request_numbers');
            this_reference CONSTANT text := 'TE-2026-' || lpad(this_number::text, 6, '0');
            this_tenant CONSTANT uuid := md5((this_number %% %1$s)::text)::uuid;
            this_instant CONSTANT timestamptz := clock_timestamp();
            -- Milliseconds, then a number: what is made later sorts later.
            this_prefix CONSTANT text := lpad(to_hex((extract(epoch FROM this_instant) * 1000)::bigint), 12, '0') || '7';
            this_id CONSTANT uuid := (this_prefix || '1' || lpad(to_hex(this_number), 18, '0'))::uuid;
        BEGIN
            WITH
                filed AS (
                    INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards,
                        filed_at, filed_by, filed_by_name, filed_with_mfa, calendar, due_at, subject_labels, clock_from)
                    VALUES (this_id, this_reference, this_tenant, 'in_review', %2$L, %3$L, %4$L, %5$L, %6$L,
                        this_instant, this_tenant, %7$L, true, %8$L, %9$L, %10$L, this_instant)
                ),
                recorded AS (
                    INSERT INTO audit_events (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action,
                        subject_kind, subject_id, tenant, details)
                    VALUES ((this_prefix || '2' || lpad(to_hex(this_number), 18, '0'))::uuid, this_instant, %11$L,
                        this_tenant, this_tenant, %12$L, %13$L, %14$L, this_id, this_tenant, %15$L)
                )
            INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, data, created_at)
            VALUES ((this_prefix || '3' || lpad(to_hex(this_number), 18, '0'))::uuid, %16$L, %17$L, %18$L, this_tenant,
                this_id, %19$L, this_instant);
            RETURN this_reference;
        END $body$
        $function$,
        (SELECT count(*) FROM partners), sample.issue, sample.language, sample.asked, sample.classification, sample.guards,
        sample.filed_by_name, sample.calendar, sample.due_at, sample.subject_labels,
        event.actor_kind, event.actor_role, event.action, event.subject_kind, event.details,
        news.kind, news.recipient, news.language, news.data);
END $make$;
