-- The queue's figures say how much is past its due time: the desk marks an entry when its time has come, so that these figures are
-- read with the others and nothing is counted for them.

ALTER TABLE queue_entries ADD COLUMN late boolean NOT NULL DEFAULT false;
-- Open requests, and after-checks.
ALTER TABLE queue_counts ADD COLUMN late integer NOT NULL DEFAULT 0, ADD COLUMN late_checks integer NOT NULL DEFAULT 0;

CREATE INDEX queue_not_late ON queue_entries (due_at) WHERE NOT late;

-- Marks what is past its due time at `instant`. What somebody is changing is marked the next time.
CREATE FUNCTION mark_late_in_queue(instant timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- With a plan that knows the instant.
    EXECUTE 'UPDATE queue_entries SET late = true WHERE request_id IN (
        SELECT request_id FROM queue_entries WHERE due_at < $1 AND NOT late FOR UPDATE SKIP LOCKED)' USING instant;
END $$;
REVOKE EXECUTE ON FUNCTION mark_late_in_queue FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mark_late_in_queue TO exception_desk_staff;

CREATE OR REPLACE FUNCTION keep_queue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    appealed boolean;
    held boolean;
BEGIN
    IF NEW.status NOT IN ('in_review', 'waiting_for_partner') THEN
        DELETE FROM request_claims WHERE request_id = NEW.id;
        DELETE FROM queue_entries WHERE request_id = NEW.id;
        RETURN NULL;
    END IF;
    appealed := TG_OP = 'UPDATE' AND EXISTS (SELECT FROM appeals WHERE request_id = NEW.id AND outcome IS NULL);
    -- A first approval holds while the request stays at the version that it made.
    held := TG_OP = 'UPDATE' AND EXISTS (SELECT FROM queue_entries WHERE request_id = NEW.id AND version = NEW.version AND approved);
    INSERT INTO queue_entries (request_id, status, version, tenant, issue, language, filed_at, due_at, appeal, approved, shown)
    VALUES (NEW.id, NEW.status, NEW.version, NEW.tenant, NEW.issue, NEW.language, NEW.filed_at,
        coalesce(NEW.due_at, 'infinity'), appealed, held, queue_shown(NEW, appealed, held))
    -- More time takes the mark away; where it is not enough, the desk marks the entry again.
    ON CONFLICT (request_id) DO UPDATE SET status = excluded.status, version = excluded.version, due_at = excluded.due_at,
        late = queue_entries.late AND excluded.due_at <= queue_entries.due_at,
        appeal = excluded.appeal, approved = excluded.approved, shown = excluded.shown;
    INSERT INTO queue_texts (request_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION enter_after_check(request uuid, due timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO queue_entries (request_id, status, version, tenant, issue, language, filed_at, due_at, appeal, approved, shown)
    SELECT r.id, 'after_check', r.version, r.tenant, r.issue, r.language, r.filed_at, due, false, false,
        (queue_shown(r, false, false)::jsonb || jsonb_build_object('due_at', due, 'clock_from', r.filed_at))::json
    FROM requests AS r WHERE r.id = request
    ON CONFLICT (request_id) DO UPDATE SET version = excluded.version, due_at = excluded.due_at,
        late = queue_entries.late AND excluded.due_at <= queue_entries.due_at, shown = excluded.shown;
    INSERT INTO queue_texts (request_id) VALUES (request) ON CONFLICT DO NOTHING;
$$;

CREATE OR REPLACE FUNCTION count_queue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change queue_counts;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT 0, count(*) FILTER (WHERE status <> 'after_check'), count(*) FILTER (WHERE status = 'in_review' AND NOT claimed),
            count(*) FILTER (WHERE appeal), count(*) FILTER (WHERE approved), count(*) FILTER (WHERE status = 'waiting_for_partner'),
            count(*) FILTER (WHERE status = 'after_check'),
            count(*) FILTER (WHERE late AND status <> 'after_check'), count(*) FILTER (WHERE late AND status = 'after_check')
        INTO change FROM entries_after;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT 0, -count(*) FILTER (WHERE status <> 'after_check'), -count(*) FILTER (WHERE status = 'in_review' AND NOT claimed),
            -count(*) FILTER (WHERE appeal), -count(*) FILTER (WHERE approved), -count(*) FILTER (WHERE status = 'waiting_for_partner'),
            -count(*) FILTER (WHERE status = 'after_check'),
            -count(*) FILTER (WHERE late AND status <> 'after_check'), -count(*) FILTER (WHERE late AND status = 'after_check')
        INTO change FROM entries_before;
    ELSE
        SELECT 0, coalesce(sum(n * (status <> 'after_check')::int), 0), coalesce(sum(n * (status = 'in_review' AND NOT claimed)::int), 0),
            coalesce(sum(n * appeal::int), 0), coalesce(sum(n * approved::int), 0),
            coalesce(sum(n * (status = 'waiting_for_partner')::int), 0), coalesce(sum(n * (status = 'after_check')::int), 0),
            coalesce(sum(n * (late AND status <> 'after_check')::int), 0), coalesce(sum(n * (late AND status = 'after_check')::int), 0)
        INTO change
        FROM (SELECT 1 AS n, status, claimed, appeal, approved, late FROM entries_after
            UNION ALL SELECT -1, status, claimed, appeal, approved, late FROM entries_before) AS changed;
    END IF;
    IF (change.requests, change.unclaimed, change.appeals, change.approved, change.waiting, change.after_checks, change.late,
        change.late_checks) = (0, 0, 0, 0, 0, 0, 0, 0) THEN
        RETURN NULL;
    END IF;
    UPDATE queue_counts AS c SET requests = c.requests + change.requests, unclaimed = c.unclaimed + change.unclaimed,
        appeals = c.appeals + change.appeals, approved = c.approved + change.approved, waiting = c.waiting + change.waiting,
        after_checks = c.after_checks + change.after_checks, late = c.late + change.late,
        late_checks = c.late_checks + change.late_checks
    WHERE id = (SELECT id FROM queue_counts LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO queue_counts (requests, unclaimed, appeals, approved, waiting, after_checks, late, late_checks)
        VALUES (change.requests, change.unclaimed, change.appeals, change.approved, change.waiting, change.after_checks, change.late,
            change.late_checks);
    END IF;
    RETURN NULL;
END $$;
