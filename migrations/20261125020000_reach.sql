-- What enforcement points say of themselves: which version they apply, and how often an exception let somebody through.

-- A name belongs to the client that was the first to report it.
CREATE TABLE enforcement_points (
    id              uuid PRIMARY KEY,
    name            text NOT NULL CONSTRAINT enforcement_points_name UNIQUE CHECK (char_length(name) BETWEEN 1 AND 100),
    client_tenant   uuid NOT NULL,
    client_id       text NOT NULL,
    epoch           uuid NOT NULL,
    applied         bigint NOT NULL CHECK (applied >= 0),
    applied_at      timestamptz NOT NULL,
    first_seen_at   timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    -- Out of use, a lead said; the next report takes it back.
    retired_at      timestamptz,
    -- Rises with each retirement and its end.
    version         bigint NOT NULL DEFAULT 1,
    CHECK (applied_at <= last_seen_at),
    CHECK (first_seen_at <= last_seen_at)
);
CREATE INDEX enforcement_points_by_client ON enforcement_points (client_tenant, client_id);

-- When a point began to apply a version: the proof of a change's reach.
CREATE TABLE enforcement_applied (
    point_id     uuid NOT NULL REFERENCES enforcement_points,
    epoch        uuid NOT NULL,
    version      bigint NOT NULL,
    applied_at   timestamptz NOT NULL,
    reported_at  timestamptz NOT NULL,
    PRIMARY KEY (point_id, epoch, version),
    CHECK (applied_at <= reported_at)
);
CREATE INDEX enforcement_applied_by_version ON enforcement_applied (epoch, version, point_id);
CREATE INDEX enforcement_applied_by_time ON enforcement_applied (reported_at);

-- How many points a client should have, a lead said.
CREATE TABLE enforcement_clients (
    client_tenant  uuid NOT NULL,
    client_id      text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 200),
    expected       integer CHECK (expected BETWEEN 0 AND 100000),
    version        bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (client_tenant, client_id)
);

CREATE TABLE enforcement_hits (
    exception_id       uuid NOT NULL REFERENCES exceptions,
    -- A whole hour of UTC.
    hour               timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
    point_id           uuid NOT NULL REFERENCES enforcement_points,
    suppressed         bigint NOT NULL CHECK (suppressed >= 0),
    would_have_passed  bigint NOT NULL CHECK (would_have_passed >= 0),
    PRIMARY KEY (exception_id, hour, point_id)
);
CREATE INDEX enforcement_hits_by_hour ON enforcement_hits (hour, exception_id);
CREATE INDEX enforcement_hits_by_point ON enforcement_hits (point_id, hour);

ALTER TABLE enforcement_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE enforcement_points FORCE ROW LEVEL SECURITY;
ALTER TABLE enforcement_applied ENABLE ROW LEVEL SECURITY;
ALTER TABLE enforcement_applied FORCE ROW LEVEL SECURITY;
ALTER TABLE enforcement_clients ENABLE ROW LEVEL SECURITY;
ALTER TABLE enforcement_clients FORCE ROW LEVEL SECURITY;
ALTER TABLE enforcement_hits ENABLE ROW LEVEL SECURITY;
ALTER TABLE enforcement_hits FORCE ROW LEVEL SECURITY;

-- A client sees and changes its own points, and what those reported.
CREATE POLICY own_client ON enforcement_points TO exception_desk_reporter
    USING (client_tenant = current_setting('desk.tenant')::uuid AND client_id = current_setting('desk.client'));
CREATE POLICY own_client ON enforcement_applied TO exception_desk_reporter
    USING (EXISTS (SELECT FROM enforcement_points AS p WHERE p.id = point_id));
CREATE POLICY own_client ON enforcement_hits TO exception_desk_reporter
    USING (EXISTS (SELECT FROM enforcement_points AS p WHERE p.id = point_id));
GRANT SELECT, INSERT (id, name, client_tenant, client_id, epoch, applied, applied_at, first_seen_at, last_seen_at),
    UPDATE (epoch, applied, applied_at, last_seen_at, retired_at, version) ON enforcement_points TO exception_desk_reporter;
GRANT SELECT, INSERT ON enforcement_applied TO exception_desk_reporter;
GRANT SELECT, INSERT, UPDATE (suppressed, would_have_passed) ON enforcement_hits TO exception_desk_reporter;
-- Which exceptions there are, which version is current; nothing else of either.
CREATE POLICY known ON exceptions FOR SELECT TO exception_desk_reporter USING (true);
GRANT SELECT (id) ON exceptions TO exception_desk_reporter;
CREATE POLICY known ON feed_head FOR SELECT TO exception_desk_reporter USING (true);
GRANT SELECT (epoch, version) ON feed_head TO exception_desk_reporter;
CREATE POLICY own_tenant_reports ON idempotency_keys TO exception_desk_reporter
    USING (by_operator AND tenant = current_setting('desk.tenant')::uuid AND key LIKE 'report/%');
GRANT SELECT, INSERT, UPDATE (request_digest, created_id, answer, created_at) ON idempotency_keys TO exception_desk_reporter;

-- Staff read all of it; leads retire points and say how many there should be.
CREATE POLICY everything ON enforcement_points TO exception_desk_staff USING (true);
CREATE POLICY everything ON enforcement_applied FOR SELECT TO exception_desk_staff USING (true);
CREATE POLICY everything ON enforcement_clients TO exception_desk_staff USING (true);
CREATE POLICY everything ON enforcement_hits FOR SELECT TO exception_desk_staff USING (true);
CREATE POLICY reach ON feed_head FOR SELECT TO exception_desk_staff USING (true);
CREATE POLICY reach ON feed_changes FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT, UPDATE (retired_at, version) ON enforcement_points TO exception_desk_staff;
GRANT SELECT ON enforcement_applied TO exception_desk_staff;
GRANT SELECT, INSERT, UPDATE (expected, version) ON enforcement_clients TO exception_desk_staff;
GRANT SELECT ON enforcement_hits TO exception_desk_staff;
GRANT SELECT (epoch, version) ON feed_head TO exception_desk_staff;
GRANT SELECT ON feed_changes TO exception_desk_staff;

-- The identity role sweeps what is over, without seeing what it was.
CREATE POLICY over ON enforcement_applied TO exception_desk_identity USING (true);
GRANT SELECT (reported_at), DELETE ON enforcement_applied TO exception_desk_identity;
CREATE POLICY over ON enforcement_hits TO exception_desk_identity USING (true);
GRANT SELECT (hour), DELETE ON enforcement_hits TO exception_desk_identity;
