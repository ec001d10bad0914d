-- What filing looks at and leaves behind besides the request: holds on tenants, news to tell, and first answers.

-- While a hold is in force, nothing is granted to the tenant without a person. A revocation by staff places it, a lead
-- lifts it.
CREATE TABLE tenant_holds (
    id            uuid PRIMARY KEY,
    tenant        uuid NOT NULL REFERENCES partners,
    -- Whose revocation placed it; a later revocation finds the hold in force and leaves it.
    exception_id  uuid NOT NULL REFERENCES exceptions,
    placed_at     timestamptz NOT NULL,
    placed_by     uuid NOT NULL,
    lifted_at     timestamptz,
    lifted_by     uuid,
    lift_reason   text CHECK (lift_reason <> ''),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CHECK ((lifted_at IS NULL) = (lift_reason IS NULL)),
    CHECK (lifted_at >= placed_at)
);
CREATE UNIQUE INDEX tenant_holds_one_in_force ON tenant_holds (tenant) WHERE lifted_at IS NULL;
CREATE INDEX tenant_holds_by_tenant ON tenant_holds (tenant, placed_at DESC);
ALTER TABLE tenant_holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_holds FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenant_holds TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON tenant_holds TO exception_desk_staff USING (true);
-- A partner's filing sees that there is a hold, not who placed or lifted it.
GRANT SELECT (tenant, lifted_at) ON tenant_holds TO exception_desk_partner;
GRANT SELECT, INSERT (id, tenant, exception_id, placed_at, placed_by), UPDATE (lifted_at, lifted_by, lift_reason)
    ON tenant_holds TO exception_desk_staff;

-- What staff revoked before there were holds counts like what they revoke from now on.
INSERT INTO tenant_holds (id, tenant, exception_id, placed_at, placed_by)
SELECT DISTINCT ON (tenant) gen_random_uuid(), tenant, id, revoked_at, revoked_by FROM exceptions
WHERE revoked_by IS NOT NULL ORDER BY tenant, revoked_at;

-- Filing asks for the latest refusal of the same issue.
CREATE INDEX requests_refused_by_issue ON requests (tenant, issue, decided_at DESC) WHERE status IN ('denied', 'withdrawn');

-- What is to be told to whom, written in the transaction of what happened. `data` holds codes and values from which a mail
-- is written in `language`: no text of the partner's and no secret. The address is looked up when it is told.
CREATE TABLE outbox (
    id            uuid PRIMARY KEY,
    kind          text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
    recipient     text NOT NULL CHECK (recipient ~ '^[a-z_]+$'),
    language      text NOT NULL CHECK (language IN ('en', 'ja')),
    tenant        uuid NOT NULL,
    request_id    uuid REFERENCES requests,
    -- Deferred: filing writes the row before the exception's own, in the same transaction.
    exception_id  uuid REFERENCES exceptions DEFERRABLE INITIALLY DEFERRED,
    data          jsonb NOT NULL,
    created_at    timestamptz NOT NULL,
    CHECK (request_id IS NOT NULL OR exception_id IS NOT NULL)
);
CREATE INDEX outbox_created_at ON outbox (created_at);
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
-- Who writes news does not read it.
CREATE POLICY own_tenant ON outbox FOR INSERT TO exception_desk_partner WITH CHECK (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON outbox FOR INSERT TO exception_desk_staff, exception_desk_publisher WITH CHECK (true);
GRANT INSERT ON outbox TO exception_desk_partner, exception_desk_staff, exception_desk_publisher;
-- The identity role sweeps what is too old to tell, without seeing what it was.
CREATE POLICY over ON outbox TO exception_desk_identity USING (true);
GRANT SELECT (created_at), DELETE ON outbox TO exception_desk_identity;

-- First answers, now for whatever a POST creates: the answer itself, byte for byte, and staff's keys beside the partners'.
ALTER TABLE idempotency_keys RENAME COLUMN request_id TO created_id;
ALTER TABLE idempotency_keys ADD COLUMN answer text;
ALTER TABLE idempotency_keys ADD COLUMN by_operator boolean NOT NULL DEFAULT false;
DROP POLICY own_tenant ON idempotency_keys;
CREATE POLICY own_tenant ON idempotency_keys TO exception_desk_partner
    USING (tenant = current_setting('desk.tenant')::uuid AND NOT by_operator);
CREATE POLICY operators ON idempotency_keys TO exception_desk_staff USING (by_operator);
-- A key whose time is over is written anew, not deleted first.
REVOKE DELETE ON idempotency_keys FROM exception_desk_partner;
GRANT UPDATE (request_digest, created_id, answer, created_at) ON idempotency_keys TO exception_desk_partner;
GRANT SELECT, INSERT, UPDATE (request_digest, created_id, answer, created_at) ON idempotency_keys TO exception_desk_staff;
