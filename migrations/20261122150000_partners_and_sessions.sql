-- The register of partners, and the sessions of people who signed in.
--
-- Every table: the owner migrates; at run time a transaction takes one of the roles
--   exception_desk_identity   sign-in: sessions, and who is a partner
--   exception_desk_partner    one tenant's rows, named by the setting `desk.tenant`
--   exception_desk_staff      every tenant's rows, for reviewers and operators
--   exception_desk_publisher  grants and the feed
-- (src/db/roles.sql makes them). None owns a table, row-level security is forced, and a partner's transaction without
-- a tenant fails: current_setting('desk.tenant') has no default, and '' is no uuid.

CREATE TABLE partners (
    tenant            uuid PRIMARY KEY,
    name              text NOT NULL CHECK (name <> ''),
    type              text NOT NULL CHECK (type IN ('direct_bill', 'indirect_provider', 'indirect_reseller', 'advisor')),
    country           text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    calendar          text NOT NULL,
    security_contact  text NOT NULL,
    registered_at     timestamptz NOT NULL,
    version           bigint NOT NULL DEFAULT 1
);
ALTER TABLE partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON partners TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON partners TO exception_desk_identity, exception_desk_staff, exception_desk_publisher USING (true);
GRANT SELECT ON partners TO exception_desk_identity, exception_desk_partner, exception_desk_publisher;
GRANT SELECT, INSERT, UPDATE ON partners TO exception_desk_staff;

CREATE TABLE sessions (
    -- SHA-256 of the cookie's key: whoever reads this table can open no session.
    key_digest  bytea PRIMARY KEY,
    state       jsonb NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON sessions TO exception_desk_identity USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO exception_desk_identity;

-- A row here says that a demonstration made this database: `serve` refuses it.
CREATE TABLE demo_mark (singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton));
GRANT SELECT ON demo_mark TO exception_desk_identity, exception_desk_publisher;
