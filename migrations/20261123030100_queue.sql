-- The queue: a narrow row for each open request, its figures, and the words to find it by. Triggers keep them, in the
-- transaction of the change itself: no change of a request can forget them, and none leaves them behind.
--
-- The triggers act as the tables' owner, since a partner's transaction changes the queue without being allowed to see it.

CREATE TABLE queue_entries (
    request_id      uuid PRIMARY KEY REFERENCES requests,
    status          text NOT NULL CHECK (status IN ('in_review', 'waiting_for_partner')),
    version         bigint NOT NULL,
    tenant          uuid NOT NULL,
    issue           text NOT NULL,
    language        text NOT NULL,
    filed_at        timestamptz NOT NULL,
    -- While the clock stands still there is no due instant: such requests come last.
    due_at          timestamptz NOT NULL,
    appeal          boolean NOT NULL,
    -- Whether a first approval waits for a second.
    approved        boolean NOT NULL,
    -- The claim, until it lapses or ends.
    claimed         boolean NOT NULL DEFAULT false,
    held_by         uuid,
    held_by_tenant  uuid,
    held_until      timestamptz,
    held            json,
    -- Everything that the page shows of it, put together when it changes: a part of the queue is read from this column alone.
    shown           json NOT NULL,
    CHECK (claimed = (held IS NOT NULL) AND claimed = (held_by IS NOT NULL) AND claimed = (held_by_tenant IS NOT NULL)
        AND claimed = (held_until IS NOT NULL))
) WITH (fillfactor = 90);
CREATE INDEX queue_by_due ON queue_entries (due_at, request_id);
CREATE INDEX queue_mine ON queue_entries (held_by, due_at, request_id) WHERE claimed;
CREATE INDEX queue_unclaimed ON queue_entries (due_at, request_id) WHERE status = 'in_review' AND NOT claimed;
CREATE INDEX queue_appeals ON queue_entries (due_at, request_id) WHERE appeal;
CREATE INDEX queue_approved ON queue_entries (due_at, request_id) WHERE approved;
CREATE INDEX queue_waiting ON queue_entries (due_at, request_id) WHERE status = 'waiting_for_partner';
CREATE INDEX queue_by_tenant ON queue_entries (tenant, due_at, request_id);
CREATE INDEX queue_by_issue ON queue_entries (issue, due_at, request_id);
ALTER TABLE queue_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE queue_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON queue_entries TO CURRENT_USER USING (true);
CREATE POLICY everything ON queue_entries FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT ON queue_entries TO exception_desk_staff;

-- How many there are: the sum over a few rows, of which each change takes one that nobody else is changing, so that no
-- change waits for another.
CREATE TABLE queue_counts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    requests   bigint NOT NULL,
    unclaimed  bigint NOT NULL,
    appeals    bigint NOT NULL,
    approved   bigint NOT NULL,
    waiting    bigint NOT NULL
) WITH (fillfactor = 20);
ALTER TABLE queue_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE queue_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON queue_counts TO CURRENT_USER USING (true);
CREATE POLICY everything ON queue_counts FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT ON queue_counts TO exception_desk_staff;

-- What a request can be found by: words, and pairs of characters of what is written without spaces; null until the desk has
-- read the text, which it does soon after. Goes with its entry, when the request is closed.
CREATE TABLE queue_texts (
    request_id  uuid PRIMARY KEY REFERENCES queue_entries ON DELETE CASCADE,
    words       tsvector
);
CREATE INDEX queue_texts_unread ON queue_texts (request_id) WHERE words IS NULL;
CREATE INDEX queue_texts_words ON queue_texts USING gin (words) WITH (fastupdate = off) WHERE words IS NOT NULL;
ALTER TABLE queue_texts ENABLE ROW LEVEL SECURITY;
ALTER TABLE queue_texts FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON queue_texts TO CURRENT_USER USING (true);
CREATE POLICY everything ON queue_texts TO exception_desk_staff USING (true);
GRANT SELECT, UPDATE (words) ON queue_texts TO exception_desk_staff;

-- What the triggers read besides.
CREATE POLICY kept ON pauses FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY kept ON appeals FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY kept ON request_claims TO CURRENT_USER USING (true);
CREATE POLICY kept ON partners FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION pauses_of(request uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('from', paused_at, 'to', resumed_at) ORDER BY paused_at), '[]')
    FROM pauses WHERE request_id = request
$$;

-- A classification is shown without the way to it, and where a guard says why a person decides, not at all.
CREATE FUNCTION queue_shown(r requests, appeal boolean, approved boolean) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('id', r.id, 'reference', r.reference, 'tenant_name', (SELECT name FROM partners WHERE tenant = r.tenant),
        'status', r.status, 'version', r.version, 'issue', r.issue, 'language', r.language, 'due_at', r.due_at,
        'waiting_until', r.waiting_until, 'calendar', r.calendar, 'clock_from', r.clock_from, 'clock_days', r.clock_days,
        'pauses', pauses_of(r.id), 'guards', r.guards,
        'why', CASE WHEN r.guards = '{}' THEN r.classification || '{"steps": [], "guidance": [], "passages": []}' END,
        'appeal', appeal, 'approved', approved)
$$;

CREATE FUNCTION keep_queue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
    ON CONFLICT (request_id) DO UPDATE SET status = excluded.status, version = excluded.version, due_at = excluded.due_at,
        appeal = excluded.appeal, approved = excluded.approved, shown = excluded.shown;
    INSERT INTO queue_texts (request_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER requests_queue_in AFTER INSERT ON requests FOR EACH ROW
    WHEN (NEW.status IN ('in_review', 'waiting_for_partner')) EXECUTE FUNCTION keep_queue();
CREATE TRIGGER requests_queue AFTER UPDATE OF status, version, due_at, waiting_until, clock_from, clock_days ON requests FOR EACH ROW
    WHEN (OLD.status IN ('in_review', 'waiting_for_partner') OR NEW.status IN ('in_review', 'waiting_for_partner'))
    EXECUTE FUNCTION keep_queue();

CREATE FUNCTION keep_queue_pauses() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE queue_entries SET shown = (shown::jsonb || jsonb_build_object('pauses', pauses_of(NEW.request_id)))::json
    WHERE request_id = NEW.request_id;
    RETURN NULL;
END $$;
CREATE TRIGGER pauses_queue AFTER INSERT OR UPDATE ON pauses FOR EACH ROW EXECUTE FUNCTION keep_queue_pauses();

CREATE FUNCTION keep_queue_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE queue_entries SET approved = true, shown = (shown::jsonb || '{"approved": true}')::json
    WHERE request_id = NEW.request_id AND version = NEW.request_version AND NOT approved;
    RETURN NULL;
END $$;
CREATE TRIGGER decisions_queue AFTER INSERT ON decisions FOR EACH ROW
    WHEN (NEW.outcome = 'accept') EXECUTE FUNCTION keep_queue_approved();

CREATE FUNCTION keep_queue_claimed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE queue_entries SET claimed = false, held_by = NULL, held_by_tenant = NULL, held_until = NULL, held = NULL
        WHERE request_id = OLD.request_id;
    ELSE
        UPDATE queue_entries SET claimed = true, held_by = NEW.claimed_by, held_by_tenant = NEW.claimed_by_tenant,
            held_until = NEW.lease_until, held = json_build_object('by', NEW.claimed_by, 'tenant', NEW.claimed_by_tenant,
                'name', NEW.claimed_by_name, 'until', NEW.lease_until)
        WHERE request_id = NEW.request_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER request_claims_queue AFTER INSERT OR UPDATE OR DELETE ON request_claims
    FOR EACH ROW EXECUTE FUNCTION keep_queue_claimed();

-- A tenant's requests are shown and found by its name.
CREATE FUNCTION keep_queue_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE queue_entries SET shown = (shown::jsonb || jsonb_build_object('tenant_name', NEW.name))::json WHERE tenant = NEW.tenant;
    UPDATE queue_texts SET words = NULL WHERE request_id IN (SELECT request_id FROM queue_entries WHERE tenant = NEW.tenant);
    RETURN NULL;
END $$;
CREATE TRIGGER partners_queue AFTER UPDATE OF name ON partners FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION keep_queue_names();

CREATE FUNCTION count_queue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change queue_counts;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT 0, count(*), count(*) FILTER (WHERE status = 'in_review' AND NOT claimed), count(*) FILTER (WHERE appeal),
            count(*) FILTER (WHERE approved), count(*) FILTER (WHERE status = 'waiting_for_partner')
        INTO change FROM entries_after;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT 0, -count(*), -count(*) FILTER (WHERE status = 'in_review' AND NOT claimed), -count(*) FILTER (WHERE appeal),
            -count(*) FILTER (WHERE approved), -count(*) FILTER (WHERE status = 'waiting_for_partner')
        INTO change FROM entries_before;
    ELSE
        SELECT 0, 0, coalesce(sum(n * (status = 'in_review' AND NOT claimed)::int), 0), coalesce(sum(n * appeal::int), 0),
            coalesce(sum(n * approved::int), 0), coalesce(sum(n * (status = 'waiting_for_partner')::int), 0)
        INTO change
        FROM (SELECT 1 AS n, status, claimed, appeal, approved FROM entries_after
            UNION ALL SELECT -1, status, claimed, appeal, approved FROM entries_before) AS changed;
    END IF;
    IF (change.requests, change.unclaimed, change.appeals, change.approved, change.waiting) = (0, 0, 0, 0, 0) THEN
        RETURN NULL;
    END IF;
    UPDATE queue_counts AS c SET requests = c.requests + change.requests, unclaimed = c.unclaimed + change.unclaimed,
        appeals = c.appeals + change.appeals, approved = c.approved + change.approved, waiting = c.waiting + change.waiting
    WHERE id = (SELECT id FROM queue_counts LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO queue_counts (requests, unclaimed, appeals, approved, waiting)
        VALUES (change.requests, change.unclaimed, change.appeals, change.approved, change.waiting);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER queue_entries_counted_in AFTER INSERT ON queue_entries REFERENCING NEW TABLE AS entries_after
    FOR EACH STATEMENT EXECUTE FUNCTION count_queue();
CREATE TRIGGER queue_entries_counted AFTER UPDATE ON queue_entries REFERENCING OLD TABLE AS entries_before NEW TABLE AS entries_after
    FOR EACH STATEMENT EXECUTE FUNCTION count_queue();
CREATE TRIGGER queue_entries_counted_out AFTER DELETE ON queue_entries REFERENCING OLD TABLE AS entries_before
    FOR EACH STATEMENT EXECUTE FUNCTION count_queue();

-- The queue is read from its own rows now. An index of all open requests is worse than none: with old statistics a planner
-- may believe that reading all of them costs nothing, and filing asks for one of them.
DROP INDEX requests_open_by_due;

-- What is open already. The tables' own rows must be seen for it, by an owner that row-level security binds.
ALTER TABLE requests NO FORCE ROW LEVEL SECURITY;
ALTER TABLE decisions NO FORCE ROW LEVEL SECURITY;
INSERT INTO queue_entries (request_id, status, version, tenant, issue, language, filed_at, due_at, appeal, approved, shown)
SELECT r.id, r.status, r.version, r.tenant, r.issue, r.language, r.filed_at, coalesce(r.due_at, 'infinity'), now.appeal, now.approved,
    queue_shown(r, now.appeal, now.approved)
FROM requests AS r, LATERAL (SELECT EXISTS (SELECT FROM appeals AS a WHERE a.request_id = r.id AND a.outcome IS NULL),
    EXISTS (SELECT FROM decisions AS d WHERE d.request_id = r.id AND d.request_version = r.version AND d.outcome = 'accept'))
    AS now (appeal, approved)
WHERE r.status IN ('in_review', 'waiting_for_partner');
-- Claims are looked at once more, so that their entries show them.
UPDATE request_claims SET lease_until = lease_until;
INSERT INTO queue_texts (request_id) SELECT request_id FROM queue_entries;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;
