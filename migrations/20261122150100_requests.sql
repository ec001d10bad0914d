-- What partners ask, and what was decided.

CREATE SEQUENCE request_numbers;
GRANT USAGE ON SEQUENCE request_numbers TO exception_desk_partner;

CREATE TABLE requests (
    id                 uuid PRIMARY KEY,
    -- TE-2026-000123: what people say and what addresses show.
    reference          text NOT NULL CONSTRAINT requests_reference_key UNIQUE,
    tenant             uuid NOT NULL REFERENCES partners,
    status             text NOT NULL CHECK (status IN ('in_review', 'waiting_for_partner', 'accepted', 'denied', 'withdrawn')),
    version            bigint NOT NULL DEFAULT 1,
    issue              text NOT NULL,
    language           text NOT NULL CHECK (language IN ('en', 'ja')),
    -- The body as it was filed (contract: `POST /api/v1/requests`), as typed.
    asked              jsonb NOT NULL,
    -- Codes and arguments, edition, version and instant: enough to print it in any language and to run it again.
    classification     jsonb NOT NULL,
    guards             text[] NOT NULL,
    filed_at           timestamptz NOT NULL,
    filed_by           uuid NOT NULL,
    filed_by_name      text NOT NULL,
    filed_with_mfa     boolean NOT NULL,
    calendar           text NOT NULL,
    -- The promised instant of the answer; null when the desk answered at once.
    due_at             timestamptz,
    decided_at         timestamptz,
    decided_by         uuid,
    decided_by_tenant  uuid,
    decision_reason    text,
    -- An open request awaits a person, a closed one has an instant.
    CHECK ((status IN ('in_review', 'waiting_for_partner')) = (decided_at IS NULL)),
    CHECK (status <> 'in_review' OR due_at IS NOT NULL),
    -- Nobody decides for their own tenant; nobody decides what they filed.
    CONSTRAINT requests_not_own_tenant CHECK (decided_by_tenant IS DISTINCT FROM tenant OR status = 'withdrawn'),
    CONSTRAINT requests_not_own_filing CHECK (decided_by IS DISTINCT FROM filed_by OR status = 'withdrawn')
);
CREATE INDEX requests_by_tenant ON requests (tenant, id DESC);
CREATE INDEX requests_open_by_due ON requests (due_at, id) WHERE status IN ('in_review', 'waiting_for_partner');
CREATE UNIQUE INDEX requests_one_open_per_issue ON requests (tenant, issue) WHERE status IN ('in_review', 'waiting_for_partner');

ALTER TABLE requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON requests TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON requests TO exception_desk_staff, exception_desk_publisher USING (true);
-- A partner files and withdraws; who decided and why stays out of its reach.
GRANT SELECT (id, reference, tenant, status, version, issue, language, asked, classification, guards, filed_at, filed_by,
    filed_by_name, filed_with_mfa, calendar, due_at, decided_at, decision_reason), INSERT (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at, filed_by,
    filed_by_name, filed_with_mfa, calendar, due_at, decided_at) ON requests TO exception_desk_partner;
GRANT UPDATE (status, version, decided_at) ON requests TO exception_desk_partner;
GRANT SELECT, UPDATE (status, version, due_at, decided_at, decided_by, decided_by_tenant, decision_reason) ON requests TO exception_desk_staff;
GRANT SELECT ON requests TO exception_desk_publisher;

-- The only edges that a partner's role may take: whatever else it tries, the database refuses.
CREATE POLICY partner_only_withdraws ON requests AS RESTRICTIVE FOR UPDATE TO exception_desk_partner
    USING (status IN ('in_review', 'waiting_for_partner')) WITH CHECK (status = 'withdrawn');

-- One row for each person's say on a request; the second approval of a broad grant is a second row.
CREATE TABLE decisions (
    id                uuid PRIMARY KEY,
    request_id        uuid NOT NULL REFERENCES requests,
    -- The request's version that this say made. A first approval holds while the request stays at it: an edit voids it.
    request_version   bigint NOT NULL,
    outcome           text NOT NULL CHECK (outcome IN ('accept', 'deny')),
    scope             jsonb,
    reason            text NOT NULL CHECK (reason <> ''),
    decided_at        timestamptz NOT NULL,
    decided_by        uuid NOT NULL,
    decided_by_name   text NOT NULL,
    decided_as_lead   boolean NOT NULL,
    -- A second approval names the first and who gave it.
    confirms          uuid,
    confirms_by       uuid,
    CHECK ((confirms IS NULL) = (confirms_by IS NULL)),
    -- Four eyes: nobody confirms themselves, whatever the program believes.
    CONSTRAINT decisions_two_people CHECK (confirms_by IS DISTINCT FROM decided_by OR confirms IS NULL),
    UNIQUE (id, decided_by, request_id),
    FOREIGN KEY (confirms, confirms_by, request_id) REFERENCES decisions (id, decided_by, request_id),
    CHECK ((outcome = 'accept') = (scope IS NOT NULL))
);
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
CREATE INDEX decisions_by_request ON decisions (request_id, request_version);
CREATE POLICY everything ON decisions TO exception_desk_staff USING (true);
GRANT SELECT, INSERT ON decisions TO exception_desk_staff;

-- The first answer to a creating POST, for 24 hours, so that a repeat does nothing twice.
CREATE TABLE idempotency_keys (
    tenant          uuid NOT NULL,
    key             text NOT NULL,
    request_digest  bytea NOT NULL,
    request_id      uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON idempotency_keys TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
GRANT SELECT, INSERT, DELETE ON idempotency_keys TO exception_desk_partner;
-- The identity role sweeps what is over, without seeing whose it was or what it answered.
CREATE POLICY over ON idempotency_keys TO exception_desk_identity USING (true);
GRANT SELECT (created_at), DELETE ON idempotency_keys TO exception_desk_identity;
