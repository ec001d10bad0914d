-- What the clock has warned of, and who of the staff has signed in: a request that nobody known may decide is an alarm.

CREATE TABLE staff (
    tenant        uuid NOT NULL,
    object_id     uuid NOT NULL,
    -- Roles at the last sign-in, as the audit log names them.
    roles         text[] NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, object_id)
);
CREATE INDEX staff_last_seen_at ON staff (last_seen_at);
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON staff TO exception_desk_identity USING (true);
CREATE POLICY read ON staff FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE (roles, last_seen_at), DELETE ON staff TO exception_desk_identity;
GRANT SELECT ON staff TO exception_desk_staff;

-- Each warning is told once for each clock of a request: one that is set anew warns anew.
CREATE TABLE clock_warnings (
    request_id  uuid NOT NULL,
    tenant      uuid NOT NULL,
    clock_from  timestamptz NOT NULL,
    warning     text NOT NULL CHECK (warning IN ('half_used', 'mostly_used', 'breached', 'nobody_eligible')),
    reached_at  timestamptz NOT NULL,
    PRIMARY KEY (request_id, clock_from, warning),
    FOREIGN KEY (request_id, tenant) REFERENCES requests (id, tenant)
);
ALTER TABLE clock_warnings ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock_warnings FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON clock_warnings TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, DELETE ON clock_warnings TO exception_desk_staff;
