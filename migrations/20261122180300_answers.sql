-- What happens between asking and the last word: questions and replies, a clock that stands still, lapsing and reopening,
-- appeals, and exceptions that their own partner ends.

-- The table's own rows must be seen to be brought forward, by an owner that row-level security binds.
ALTER TABLE requests NO FORCE ROW LEVEL SECURITY;
ALTER TABLE requests
    -- When the clock was set: at the filing, the appeal, or the reopening; null when there is none.
    ADD COLUMN clock_from     timestamptz,
    ADD COLUMN clock_days     integer NOT NULL DEFAULT 3 CHECK (clock_days > 0),
    -- Without a reply by then the request is withdrawn by itself.
    ADD COLUMN waiting_until  timestamptz,
    -- When the partner is reminded of that, and when it was.
    ADD COLUMN remind_at      timestamptz,
    ADD COLUMN reminded_at    timestamptz,
    -- Until then a request that was withdrawn by itself can be reopened.
    ADD COLUMN reopen_until   timestamptz;
UPDATE requests SET clock_from = filed_at WHERE due_at IS NOT NULL;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;
ALTER TABLE requests
    ADD CONSTRAINT requests_waiting_ends CHECK ((status = 'waiting_for_partner') = (waiting_until IS NOT NULL)),
    ADD CONSTRAINT requests_waiting_reminds CHECK ((waiting_until IS NULL) = (remind_at IS NULL)),
    ADD CONSTRAINT requests_reopened_from_withdrawn CHECK (reopen_until IS NULL OR status = 'withdrawn'),
    ADD CONSTRAINT requests_clock_when_open CHECK (decided_at IS NOT NULL OR clock_from IS NOT NULL);
-- While the clock stands still there is no due instant: such requests come last.
DROP INDEX requests_open_by_due;
CREATE INDEX requests_open_by_due ON requests (coalesce(due_at, 'infinity'), id) WHERE status IN ('in_review', 'waiting_for_partner');
CREATE INDEX requests_waiting ON requests (waiting_until) WHERE status = 'waiting_for_partner';
GRANT SELECT (clock_from, clock_days, waiting_until, remind_at, reopen_until), INSERT (clock_from),
    UPDATE (due_at, clock_from, clock_days, waiting_until, remind_at, reminded_at, reopen_until) ON requests TO exception_desk_partner;
GRANT UPDATE (clock_from, waiting_until, remind_at, reminded_at, reopen_until) ON requests TO exception_desk_staff;

-- What belongs to a request belongs to its tenant.
ALTER TABLE requests ADD CONSTRAINT requests_of_tenant UNIQUE (id, tenant);

-- Questions to the partner and its replies, as typed.
CREATE TABLE messages (
    id           uuid PRIMARY KEY,
    request_id   uuid NOT NULL,
    tenant       uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('question', 'reply')),
    text         text NOT NULL CHECK (text <> ''),
    written_at   timestamptz NOT NULL,
    author       uuid NOT NULL,
    author_name  text NOT NULL,
    FOREIGN KEY (request_id, tenant) REFERENCES requests (id, tenant)
);
CREATE INDEX messages_by_request ON messages (request_id, written_at);
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON messages TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY only_replies ON messages AS RESTRICTIVE FOR INSERT TO exception_desk_partner WITH CHECK (kind = 'reply');
CREATE POLICY everything ON messages TO exception_desk_staff USING (true) WITH CHECK (kind = 'question');
CREATE POLICY read ON messages FOR SELECT TO exception_desk_publisher USING (true);
-- A partner reads what was asked, not who asked.
GRANT SELECT (id, request_id, tenant, kind, text, written_at), INSERT ON messages TO exception_desk_partner;
GRANT SELECT, INSERT ON messages TO exception_desk_staff;
GRANT SELECT ON messages TO exception_desk_publisher;

-- The times in which a request waited for its partner: the clock stands still from the question to the reply.
CREATE TABLE pauses (
    request_id  uuid NOT NULL,
    tenant      uuid NOT NULL,
    paused_at   timestamptz NOT NULL,
    resumed_at  timestamptz,
    PRIMARY KEY (request_id, paused_at),
    FOREIGN KEY (request_id, tenant) REFERENCES requests (id, tenant),
    CHECK (resumed_at >= paused_at)
);
CREATE UNIQUE INDEX pauses_one_open ON pauses (request_id) WHERE resumed_at IS NULL;
ALTER TABLE pauses ENABLE ROW LEVEL SECURITY;
ALTER TABLE pauses FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON pauses TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON pauses TO exception_desk_staff USING (true);
CREATE POLICY read ON pauses FOR SELECT TO exception_desk_publisher USING (true);
GRANT SELECT, UPDATE (resumed_at) ON pauses TO exception_desk_partner;
GRANT SELECT, INSERT ON pauses TO exception_desk_staff;
GRANT SELECT ON pauses TO exception_desk_publisher;

-- One appeal for a request, since there is one denial that can be appealed against.
CREATE TABLE appeals (
    request_id        uuid CONSTRAINT appeals_one_per_denial PRIMARY KEY,
    tenant            uuid NOT NULL,
    reason            text NOT NULL CHECK (reason <> ''),
    appealed_at       timestamptz NOT NULL,
    appealed_by       uuid NOT NULL,
    appealed_by_name  text NOT NULL,
    -- The denial: when, and the reviewer's reason; null when the policy denied.
    denied_at         timestamptz NOT NULL,
    denial_reason     text,
    outcome           text CHECK (outcome IN ('overturned', 'upheld')),
    closed_at         timestamptz,
    FOREIGN KEY (request_id, tenant) REFERENCES requests (id, tenant),
    CHECK ((outcome IS NULL) = (closed_at IS NULL)),
    CONSTRAINT appeals_in_time CHECK (appealed_at <= denied_at + interval '720 hours')
);
ALTER TABLE appeals ENABLE ROW LEVEL SECURITY;
ALTER TABLE appeals FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON appeals TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON appeals TO exception_desk_staff USING (true);
CREATE POLICY read ON appeals FOR SELECT TO exception_desk_publisher USING (true);
GRANT SELECT (request_id, tenant, reason, appealed_at, denied_at, denial_reason, outcome, closed_at),
    INSERT (request_id, tenant, reason, appealed_at, appealed_by, appealed_by_name, denied_at, denial_reason)
    ON appeals TO exception_desk_partner;
GRANT SELECT, UPDATE (outcome, closed_at) ON appeals TO exception_desk_staff;
GRANT SELECT ON appeals TO exception_desk_publisher;

-- Whoever denied a request says nothing more on it: an appeal is another person's, in its first and in its second decision.
CREATE FUNCTION refuse_who_denied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions WHERE request_id = NEW.request_id AND outcome = 'deny' AND decided_by = NEW.decided_by) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'decisions_not_who_denied',
            MESSAGE = 'new row for relation "decisions" violates check constraint "decisions_not_who_denied"';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_not_who_denied BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_who_denied();

-- The edges between states, each for those who may take it. What is open again has no decision.
CREATE FUNCTION refuse_other_edges() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    partner CONSTANT boolean := current_user = 'exception_desk_partner';
    staff CONSTANT boolean := current_user = 'exception_desk_staff';
    edge CONSTANT text := OLD.status || ' ' || NEW.status;
    allowed boolean;
BEGIN
    allowed := CASE
        WHEN edge IN ('in_review accepted', 'in_review denied', 'in_review waiting_for_partner') THEN NOT partner
        WHEN edge = 'in_review withdrawn' THEN NOT staff
        WHEN edge = 'waiting_for_partner withdrawn' THEN true
        WHEN edge = 'waiting_for_partner in_review' THEN NOT staff
        WHEN edge = 'withdrawn waiting_for_partner' THEN NOT staff AND OLD.reopen_until IS NOT NULL
        WHEN edge = 'denied in_review' THEN NOT staff AND EXISTS (SELECT FROM appeals AS a
            WHERE a.request_id = NEW.id AND a.outcome IS NULL AND a.denied_at = OLD.decided_at)
        ELSE false
    END;
    IF NOT allowed THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'requests_edges',
            MESSAGE = format('a request does not go from %s to %s', OLD.status, NEW.status);
    END IF;
    IF NEW.status IN ('in_review', 'waiting_for_partner') AND OLD.status IN ('denied', 'withdrawn') THEN
        NEW.decided_by := NULL;
        NEW.decided_by_tenant := NULL;
        NEW.decision_reason := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_edges BEFORE UPDATE OF status ON requests FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION refuse_other_edges();
DROP POLICY partner_only_withdraws ON requests;
-- A partner never decides: it withdraws, replies, appeals and reopens.
CREATE POLICY partner_never_decides ON requests AS RESTRICTIVE FOR UPDATE TO exception_desk_partner
    USING (status <> 'accepted') WITH CHECK (status IN ('in_review', 'waiting_for_partner', 'withdrawn'));

-- An exception ends early by staff, with a reason, or by its own partner, which owes none.
ALTER TABLE exceptions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE exceptions
    ADD COLUMN ended_by     text CHECK (ended_by IN ('staff', 'partner')),
    -- "This was not us": the partner says that it never asked for it.
    ADD COLUMN disputed_at  timestamptz,
    ADD COLUMN disputed_by  uuid;
UPDATE exceptions SET ended_by = 'staff' WHERE revoked_at IS NOT NULL;
ALTER TABLE exceptions FORCE ROW LEVEL SECURITY;
ALTER TABLE exceptions DROP CONSTRAINT exceptions_check2;
ALTER TABLE exceptions
    ADD CONSTRAINT exceptions_end_is_somebodys CHECK ((revoked_at IS NULL) = (ended_by IS NULL)),
    ADD CONSTRAINT exceptions_staff_give_reasons CHECK ((ended_by IS NOT DISTINCT FROM 'staff') = (revocation_reason IS NOT NULL)),
    ADD CONSTRAINT exceptions_dispute_is_somebodys CHECK ((disputed_at IS NULL) = (disputed_by IS NULL));
CREATE INDEX exceptions_disputed ON exceptions (disputed_at) WHERE disputed_at IS NOT NULL;
GRANT UPDATE (ended_by, disputed_at, disputed_by) ON exceptions TO exception_desk_publisher;

-- Whoever is covered sees that, and of the others nothing: neither their exceptions nor, on a shared one, their ids.
CREATE POLICY own_cover ON exceptions FOR SELECT TO exception_desk_subject
    USING (tenant = current_setting('desk.tenant')::uuid AND (every_user OR current_setting('desk.person')::uuid = ANY (object_ids)));
GRANT SELECT (id, reference, tenant, issue, every_user, surfaces, not_before, expires_at, revoked_at) ON exceptions TO exception_desk_subject;
CREATE POLICY own_tenant_of_subject ON partners FOR SELECT TO exception_desk_subject USING (tenant = current_setting('desk.tenant')::uuid);
GRANT SELECT (tenant, country, calendar) ON partners TO exception_desk_subject;
