-- What was granted, what is suspended, and the line of versions that enforcement points follow.

CREATE TABLE exceptions (
    id                 uuid PRIMARY KEY,
    request_id         uuid NOT NULL CONSTRAINT exceptions_one_per_request UNIQUE REFERENCES requests,
    reference          text NOT NULL,
    tenant             uuid NOT NULL REFERENCES partners,
    issue              text NOT NULL,
    every_user         boolean NOT NULL,
    object_ids         uuid[] NOT NULL,
    surfaces           text[] NOT NULL CHECK (cardinality(surfaces) > 0),
    not_before         timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL,
    granted_at         timestamptz NOT NULL,
    -- Null: granted by the policy alone.
    granted_by         uuid,
    granted_by_tenant  uuid,
    revoked_at         timestamptz,
    revoked_by         uuid,
    revocation_reason  text,
    version            bigint NOT NULL DEFAULT 1,
    CHECK (not_before < expires_at),
    CHECK (every_user = (cardinality(object_ids) = 0)),
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL)),
    CONSTRAINT exceptions_not_own_tenant CHECK (granted_by_tenant IS DISTINCT FROM tenant)
);
CREATE INDEX exceptions_by_tenant ON exceptions (tenant, id DESC);
ALTER TABLE exceptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE exceptions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON exceptions TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON exceptions TO exception_desk_staff, exception_desk_publisher USING (true);
GRANT SELECT ON exceptions TO exception_desk_partner, exception_desk_staff;
GRANT SELECT, INSERT, UPDATE (revoked_at, revoked_by, revocation_reason, version) ON exceptions TO exception_desk_publisher;

CREATE TABLE suspensions (
    id           uuid PRIMARY KEY,
    scope        text NOT NULL CHECK (scope IN ('tenant', 'issue', 'all')),
    tenant       uuid,
    issue        text,
    reason       text NOT NULL CHECK (reason <> ''),
    placed_at    timestamptz NOT NULL,
    placed_by    uuid NOT NULL,
    lifted_at    timestamptz,
    version      bigint NOT NULL DEFAULT 1,
    CHECK ((scope = 'tenant') = (tenant IS NOT NULL)),
    CHECK ((scope = 'issue') = (issue IS NOT NULL))
);
CREATE INDEX suspensions_in_force ON suspensions (scope) WHERE lifted_at IS NULL;
-- Lifting takes two leads: a row each.
CREATE TABLE suspension_lifts (
    suspension_id  uuid NOT NULL REFERENCES suspensions,
    lifted_by      uuid NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (suspension_id, lifted_by)
);
ALTER TABLE suspensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suspensions FORCE ROW LEVEL SECURITY;
ALTER TABLE suspension_lifts ENABLE ROW LEVEL SECURITY;
ALTER TABLE suspension_lifts FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON suspensions TO exception_desk_staff, exception_desk_publisher USING (true);
CREATE POLICY everything ON suspension_lifts TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE (lifted_at, version) ON suspensions TO exception_desk_staff;
GRANT SELECT ON suspensions TO exception_desk_publisher;
GRANT SELECT, INSERT ON suspension_lifts TO exception_desk_staff;

-- The feed. One counter row, locked and updated as the last step of a transaction that changes the rules: versions have
-- no gaps and commit in order. `feed_rules` is the state at that version, `feed_changes` how it came about.
CREATE TABLE feed_head (
    singleton     boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch         uuid NOT NULL,
    version       bigint NOT NULL CHECK (version >= 0),
    -- The running set digest (mfa_enforcement::wire::RulesDigest).
    digest_state  bytea NOT NULL
);
CREATE TABLE feed_rules (
    id          uuid PRIMARY KEY,
    rule        jsonb NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX feed_rules_expires_at ON feed_rules (expires_at);
CREATE TABLE feed_changes (
    epoch         uuid NOT NULL,
    version       bigint NOT NULL,
    committed_at  timestamptz NOT NULL,
    upserts       jsonb NOT NULL,
    removals      uuid[] NOT NULL,
    PRIMARY KEY (epoch, version)
);
ALTER TABLE feed_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_head FORCE ROW LEVEL SECURITY;
ALTER TABLE feed_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_rules FORCE ROW LEVEL SECURITY;
ALTER TABLE feed_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON feed_head TO exception_desk_publisher USING (true);
CREATE POLICY everything ON feed_rules TO exception_desk_publisher USING (true);
CREATE POLICY everything ON feed_changes TO exception_desk_publisher USING (true);
GRANT SELECT, INSERT, UPDATE ON feed_head TO exception_desk_publisher;
GRANT SELECT, INSERT, UPDATE, DELETE ON feed_rules TO exception_desk_publisher;
GRANT SELECT, INSERT ON feed_changes TO exception_desk_publisher;
