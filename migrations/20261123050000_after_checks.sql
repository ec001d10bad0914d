-- After-checks: whatever the policy granted at once is looked at by a person afterwards, on a clock of three business days.

CREATE TABLE after_checks (
    request_id         uuid PRIMARY KEY,
    -- Deferred: filing writes the row before the exception's own, in the same transaction.
    exception_id       uuid NOT NULL UNIQUE REFERENCES exceptions DEFERRABLE INITIALLY DEFERRED,
    tenant             uuid NOT NULL,
    -- When the clock was set, by the request's calendar, and when it ends.
    clock_from         timestamptz NOT NULL,
    due_at             timestamptz NOT NULL,
    outcome            text CHECK (outcome IN ('confirmed', 'overturned')),
    -- Why; whoever overturns gives a reason, which the partner reads.
    reason             text CHECK (reason <> ''),
    checked_at         timestamptz,
    checked_by         uuid,
    checked_by_tenant  uuid,
    checked_by_name    text,
    FOREIGN KEY (request_id, tenant) REFERENCES requests (id, tenant),
    CHECK (due_at >= clock_from),
    CONSTRAINT after_checks_outcome_is_somebodys CHECK ((outcome IS NULL) = (checked_at IS NULL)
        AND (outcome IS NULL) = (checked_by IS NULL) AND (outcome IS NULL) = (checked_by_tenant IS NULL)
        AND (outcome IS NULL) = (checked_by_name IS NULL)),
    CONSTRAINT after_checks_overturned_for_a_reason CHECK (outcome IS DISTINCT FROM 'overturned' OR reason IS NOT NULL),
    CONSTRAINT after_checks_not_own_tenant CHECK (checked_by_tenant IS DISTINCT FROM tenant)
);
CREATE INDEX after_checks_open_by_due ON after_checks (due_at, request_id) WHERE outcome IS NULL;

-- What was granted before there were after-checks is checked too, within a week.
ALTER TABLE exceptions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE requests NO FORCE ROW LEVEL SECURITY;
INSERT INTO after_checks (request_id, exception_id, tenant, clock_from, due_at)
SELECT e.request_id, e.id, e.tenant, now(), now() + interval '7 days' FROM exceptions AS e WHERE e.granted_by IS NULL;
-- The deferred reference is checked now, so that the tables below can still be altered.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE exceptions FORCE ROW LEVEL SECURITY;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;

-- Nobody checks what they filed, and what was checked stays checked.
CREATE FUNCTION refuse_own_after_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'after_checks_once',
            MESSAGE = 'new row for relation "after_checks" violates check constraint "after_checks_once"';
    END IF;
    IF EXISTS (SELECT FROM requests WHERE id = NEW.request_id AND filed_by = NEW.checked_by) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'after_checks_not_own_filing',
            MESSAGE = 'new row for relation "after_checks" violates check constraint "after_checks_not_own_filing"';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER after_checks_not_own_filing BEFORE UPDATE ON after_checks FOR EACH ROW EXECUTE FUNCTION refuse_own_after_check();

ALTER TABLE after_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE after_checks FORCE ROW LEVEL SECURITY;
-- A partner's filing writes it and never reads it: how staff look at what they granted is theirs.
CREATE POLICY own_tenant ON after_checks FOR INSERT TO exception_desk_partner WITH CHECK (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON after_checks TO exception_desk_staff USING (true);
GRANT INSERT (request_id, exception_id, tenant, clock_from, due_at) ON after_checks TO exception_desk_partner;
GRANT SELECT, UPDATE (due_at, outcome, reason, checked_at, checked_by, checked_by_tenant, checked_by_name) ON after_checks TO exception_desk_staff;
