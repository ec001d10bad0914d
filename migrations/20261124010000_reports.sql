-- What reports count: a narrow row for each round of a request, from its filing or its appeal to the answer. The request itself
-- keeps only its last clock; a denial that was appealed against keeps its own here. A trigger keeps the rows, in the transaction
-- of the change itself, as the tables' owner, since a partner's transaction changes them without being allowed to see them.

CREATE TABLE request_rounds (
    request_id  uuid NOT NULL REFERENCES requests,
    -- Whether it is the appeal's round; the other one is the filing's.
    appeal      boolean NOT NULL,
    tenant      uuid NOT NULL,
    issue       text NOT NULL,
    -- Whether the policy answered at once, without a person.
    automatic   boolean NOT NULL,
    -- The policy's deciding reason for the filing, and what was judged by it.
    reason      text,
    criterion   text,
    status      text NOT NULL CHECK (status IN ('in_review', 'waiting_for_partner', 'accepted', 'denied', 'withdrawn')),
    -- Filed, or appealed.
    opened_at   timestamptz NOT NULL,
    due_at      timestamptz,
    ended_at    timestamptz,
    -- How much of the time until the end went by while the partner was asked.
    waited      interval NOT NULL DEFAULT '0',
    PRIMARY KEY (request_id, appeal),
    CHECK ((status IN ('in_review', 'waiting_for_partner')) = (ended_at IS NULL)),
    CHECK (NOT (automatic AND (appeal OR ended_at IS NULL)))
);
CREATE INDEX request_rounds_ended ON request_rounds (ended_at);
CREATE INDEX request_rounds_open ON request_rounds (due_at) WHERE ended_at IS NULL;
CREATE INDEX request_rounds_by_tenant ON request_rounds (tenant);
ALTER TABLE request_rounds ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_rounds FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON request_rounds TO CURRENT_USER USING (true);
CREATE POLICY everything ON request_rounds FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT ON request_rounds TO exception_desk_staff;

-- The time between `since` and `until` in which a request waited for its partner.
CREATE FUNCTION waited_of(request uuid, since timestamptz, until timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(LEAST(coalesce(resumed_at, until), until) - paused_at), '0')
    FROM pauses WHERE request_id = request AND paused_at >= since AND paused_at < until
$$;

CREATE FUNCTION keep_rounds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    appealed timestamptz;
    opened timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT appealed_at INTO appealed FROM appeals WHERE request_id = NEW.id;
    END IF;
    opened := coalesce(appealed, NEW.filed_at);
    INSERT INTO request_rounds (request_id, appeal, tenant, issue, automatic, reason, criterion, status, opened_at, due_at, ended_at, waited)
    VALUES (NEW.id, appealed IS NOT NULL, NEW.tenant, NEW.issue, TG_OP = 'INSERT' AND NEW.decided_at IS NOT NULL,
        NEW.classification->'table'->0->>'code', NEW.classification->'table'->0->>'criterion', NEW.status, opened, NEW.due_at,
        NEW.decided_at, CASE WHEN TG_OP = 'UPDATE' AND NEW.decided_at IS NOT NULL
            THEN waited_of(NEW.id, opened, NEW.decided_at) ELSE '0' END)
    ON CONFLICT (request_id, appeal) DO UPDATE SET status = excluded.status, due_at = excluded.due_at,
        ended_at = excluded.ended_at, waited = excluded.waited;
    RETURN NULL;
END $$;
CREATE TRIGGER requests_rounds_in AFTER INSERT ON requests FOR EACH ROW EXECUTE FUNCTION keep_rounds();
CREATE TRIGGER requests_rounds AFTER UPDATE OF status, due_at ON requests FOR EACH ROW
    WHEN ((OLD.status, OLD.due_at, OLD.decided_at) IS DISTINCT FROM (NEW.status, NEW.due_at, NEW.decided_at))
    EXECUTE FUNCTION keep_rounds();

-- What there is already. The tables' own rows must be seen for it, by an owner that row-level security binds.
ALTER TABLE requests NO FORCE ROW LEVEL SECURITY;
ALTER TABLE clock_warnings NO FORCE ROW LEVEL SECURITY;
INSERT INTO request_rounds (request_id, appeal, tenant, issue, automatic, reason, criterion, status, opened_at, due_at, ended_at, waited)
SELECT r.id, a.request_id IS NOT NULL, r.tenant, r.issue, a.request_id IS NULL AND r.clock_from IS NULL AND r.decided_at IS NOT NULL,
    r.classification->'table'->0->>'code', r.classification->'table'->0->>'criterion', r.status,
    coalesce(a.appealed_at, r.filed_at), r.due_at, r.decided_at,
    CASE WHEN r.decided_at IS NULL THEN '0' ELSE waited_of(r.id, coalesce(a.appealed_at, r.filed_at), r.decided_at) END
FROM requests AS r LEFT JOIN appeals AS a ON a.request_id = r.id;
-- Denials that were appealed against: their clock is gone, but a warning says whether it was breached, and when.
INSERT INTO request_rounds (request_id, appeal, tenant, issue, automatic, reason, criterion, status, opened_at, due_at, ended_at, waited)
SELECT r.id, false, r.tenant, r.issue, a.denied_at = r.filed_at,
    r.classification->'table'->0->>'code', r.classification->'table'->0->>'criterion', 'denied', r.filed_at,
    CASE WHEN a.denied_at <> r.filed_at THEN coalesce((SELECT min(w.reached_at) FROM clock_warnings AS w
        WHERE w.request_id = r.id AND w.warning = 'breached' AND w.reached_at < a.denied_at), a.denied_at) END,
    a.denied_at, waited_of(r.id, r.filed_at, a.denied_at)
FROM requests AS r JOIN appeals AS a ON a.request_id = r.id;
ALTER TABLE clock_warnings FORCE ROW LEVEL SECURITY;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;
