-- After-checks are a part of the queue: what the policy granted at once and nobody has looked at yet has an entry of its own, with
-- the due instant of its check. Every other part holds open requests alone.

ALTER TABLE queue_entries DROP CONSTRAINT queue_entries_status_check;
ALTER TABLE queue_entries ADD CONSTRAINT queue_entries_status_check
    CHECK (status IN ('in_review', 'waiting_for_partner', 'after_check'));
DROP INDEX queue_by_due, queue_by_tenant, queue_by_issue;
CREATE INDEX queue_by_due ON queue_entries (due_at, request_id) WHERE status <> 'after_check';
CREATE INDEX queue_by_tenant ON queue_entries (tenant, due_at, request_id);
CREATE INDEX queue_by_issue ON queue_entries (issue, due_at, request_id) WHERE status <> 'after_check';
CREATE INDEX queue_after_checks ON queue_entries (due_at, request_id) WHERE status = 'after_check';
ALTER TABLE queue_counts ADD COLUMN after_checks bigint NOT NULL DEFAULT 0;

-- What the trigger reads besides.
CREATE POLICY kept ON requests FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY kept ON after_checks FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION enter_after_check(request uuid, due timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO queue_entries (request_id, status, version, tenant, issue, language, filed_at, due_at, appeal, approved, shown)
    SELECT r.id, 'after_check', r.version, r.tenant, r.issue, r.language, r.filed_at, due, false, false,
        (queue_shown(r, false, false)::jsonb || jsonb_build_object('due_at', due, 'clock_from', r.filed_at))::json
    FROM requests AS r WHERE r.id = request
    ON CONFLICT (request_id) DO UPDATE SET version = excluded.version, due_at = excluded.due_at, shown = excluded.shown;
    INSERT INTO queue_texts (request_id) VALUES (request) ON CONFLICT DO NOTHING;
$$;

CREATE FUNCTION keep_queue_after_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.outcome IS NULL THEN
        PERFORM enter_after_check(NEW.request_id, NEW.due_at);
    ELSE
        DELETE FROM queue_entries WHERE request_id = NEW.request_id AND status = 'after_check';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER after_checks_queue AFTER INSERT OR UPDATE OF outcome, due_at ON after_checks
    FOR EACH ROW EXECUTE FUNCTION keep_queue_after_checks();

CREATE OR REPLACE FUNCTION count_queue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change queue_counts;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT 0, count(*) FILTER (WHERE status <> 'after_check'), count(*) FILTER (WHERE status = 'in_review' AND NOT claimed),
            count(*) FILTER (WHERE appeal), count(*) FILTER (WHERE approved), count(*) FILTER (WHERE status = 'waiting_for_partner'),
            count(*) FILTER (WHERE status = 'after_check')
        INTO change FROM entries_after;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT 0, -count(*) FILTER (WHERE status <> 'after_check'), -count(*) FILTER (WHERE status = 'in_review' AND NOT claimed),
            -count(*) FILTER (WHERE appeal), -count(*) FILTER (WHERE approved), -count(*) FILTER (WHERE status = 'waiting_for_partner'),
            -count(*) FILTER (WHERE status = 'after_check')
        INTO change FROM entries_before;
    ELSE
        SELECT 0, coalesce(sum(n * (status <> 'after_check')::int), 0), coalesce(sum(n * (status = 'in_review' AND NOT claimed)::int), 0),
            coalesce(sum(n * appeal::int), 0), coalesce(sum(n * approved::int), 0),
            coalesce(sum(n * (status = 'waiting_for_partner')::int), 0), coalesce(sum(n * (status = 'after_check')::int), 0)
        INTO change
        FROM (SELECT 1 AS n, status, claimed, appeal, approved FROM entries_after
            UNION ALL SELECT -1, status, claimed, appeal, approved FROM entries_before) AS changed;
    END IF;
    IF (change.requests, change.unclaimed, change.appeals, change.approved, change.waiting, change.after_checks) = (0, 0, 0, 0, 0, 0) THEN
        RETURN NULL;
    END IF;
    UPDATE queue_counts AS c SET requests = c.requests + change.requests, unclaimed = c.unclaimed + change.unclaimed,
        appeals = c.appeals + change.appeals, approved = c.approved + change.approved, waiting = c.waiting + change.waiting,
        after_checks = c.after_checks + change.after_checks
    WHERE id = (SELECT id FROM queue_counts LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO queue_counts (requests, unclaimed, appeals, approved, waiting, after_checks)
        VALUES (change.requests, change.unclaimed, change.appeals, change.approved, change.waiting, change.after_checks);
    END IF;
    RETURN NULL;
END $$;

-- What waits for its check already.
SELECT enter_after_check(request_id, due_at) FROM after_checks WHERE outcome IS NULL;
