-- Signed webhooks: what is mailed to people, for systems. An event is written in the transaction of what happened; a desk makes a
-- delivery of it for every endpoint that wants it, and sends that. Instants of deliveries are the database's.

CREATE TABLE webhook_endpoints (
    id                uuid PRIMARY KEY,
    url               text NOT NULL CHECK (url ~ '^https?://' AND char_length(url) <= 500),
    description       text NOT NULL CHECK (char_length(description) <= 200),
    -- Which kinds of event; null for all, also those to come.
    kinds             text[] CHECK (cardinality(kinds) > 0),
    -- Whose events alone; null for everybody's.
    tenant            uuid REFERENCES partners,
    created_at        timestamptz NOT NULL,
    created_by        uuid NOT NULL,
    -- A desk sends there; nobody else does before this instant.
    busy_until        timestamptz NOT NULL DEFAULT now(),
    last_success_at   timestamptz,
    last_failure_at   timestamptz,
    -- A code of the desk's own or `http_` and the status: never the receiver's words.
    last_failure      text CHECK (last_failure ~ '^[a-z0-9_]+$'),
    -- Of the failures since the last success, the first.
    failing_since     timestamptz,
    disabled_at       timestamptz,
    -- By a person, by the receiver (410), or because it failed for too long.
    disabled_because  text CHECK (disabled_because IN ('person', 'gone', 'failing')),
    CHECK ((disabled_at IS NULL) = (disabled_because IS NULL)),
    CHECK ((last_failure_at IS NULL) = (last_failure IS NULL))
);

-- What deliveries are signed with, sealed with a key that is not in the database. Apart from their endpoint, so that whoever sees
-- endpoints sees no secrets.
CREATE TABLE webhook_secrets (
    id           uuid PRIMARY KEY,
    endpoint_id  uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    sealed       text NOT NULL CHECK (sealed <> ''),
    made_at      timestamptz NOT NULL,
    -- A secret that was replaced signs besides the new one until then.
    until        timestamptz
);
CREATE UNIQUE INDEX webhook_secrets_one_in_use ON webhook_secrets (endpoint_id) WHERE until IS NULL;
CREATE INDEX webhook_secrets_by_endpoint ON webhook_secrets (endpoint_id);

CREATE TABLE webhook_events (
    -- Also the `webhook-id`.
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
    -- Whose; null for a test.
    tenant       uuid,
    -- Codes, ids and instants: no text of the partner's, no person and no secret.
    data         jsonb NOT NULL,
    occurred_at  timestamptz NOT NULL,
    -- When its deliveries were made.
    spread_at    timestamptz
);
CREATE INDEX webhook_events_to_spread ON webhook_events (id) WHERE spread_at IS NULL;
CREATE INDEX webhook_events_by_time ON webhook_events (occurred_at);

CREATE TABLE webhook_deliveries (
    endpoint_id      uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    event_id         uuid NOT NULL REFERENCES webhook_events ON DELETE CASCADE,
    created_at       timestamptz NOT NULL DEFAULT now(),
    attempts         integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Not before this instant: a lease while a desk sends it, a pause after an attempt that failed.
    next_attempt_at  timestamptz NOT NULL DEFAULT now(),
    last_attempt_at  timestamptz,
    -- What came of the last attempt; codes as of the endpoint.
    last_result      text CHECK (last_result ~ '^[a-z0-9_]+$'),
    delivered_at     timestamptz,
    -- It was given up; a lead may have it sent again.
    dead_at          timestamptz,
    PRIMARY KEY (endpoint_id, event_id),
    CHECK (delivered_at IS NULL OR dead_at IS NULL),
    CHECK (dead_at IS NULL OR last_result IS NOT NULL)
);
CREATE INDEX webhook_deliveries_to_send ON webhook_deliveries (endpoint_id, next_attempt_at, event_id)
    WHERE delivered_at IS NULL AND dead_at IS NULL;
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event_id);

ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_secrets FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;

-- Who writes events does not read them, and knows nothing of endpoints.
CREATE POLICY own_tenant ON webhook_events FOR INSERT TO exception_desk_partner
    WITH CHECK (tenant = current_setting('desk.tenant')::uuid AND spread_at IS NULL);
CREATE POLICY everything ON webhook_events FOR INSERT TO exception_desk_publisher WITH CHECK (true);
GRANT INSERT (id, kind, tenant, data, occurred_at) ON webhook_events TO exception_desk_partner, exception_desk_publisher;

-- Leads look after endpoints and see how deliveries fare. They put secrets in and never read one.
CREATE POLICY leads ON webhook_endpoints TO exception_desk_staff USING (true);
CREATE POLICY leads ON webhook_secrets TO exception_desk_staff USING (true);
CREATE POLICY leads ON webhook_events TO exception_desk_staff USING (true);
CREATE POLICY leads ON webhook_deliveries TO exception_desk_staff USING (true);
GRANT SELECT, INSERT (id, url, description, kinds, tenant, created_at, created_by),
    UPDATE (disabled_at, disabled_because, failing_since), DELETE ON webhook_endpoints TO exception_desk_staff;
GRANT SELECT (id, endpoint_id, made_at, until), INSERT, UPDATE (until) ON webhook_secrets TO exception_desk_staff;
GRANT SELECT, INSERT (id, kind, tenant, data, occurred_at, spread_at) ON webhook_events TO exception_desk_staff;
GRANT SELECT, INSERT (endpoint_id, event_id), UPDATE (attempts, next_attempt_at, delivered_at, dead_at)
    ON webhook_deliveries TO exception_desk_staff;

-- The role that delivers spreads events, sends, and says how that went.
CREATE POLICY delivery ON webhook_endpoints TO exception_desk_mailer USING (true);
CREATE POLICY delivery ON webhook_secrets FOR SELECT TO exception_desk_mailer USING (true);
CREATE POLICY delivery ON webhook_events TO exception_desk_mailer USING (true);
CREATE POLICY delivery ON webhook_deliveries TO exception_desk_mailer USING (true);
GRANT SELECT (id, url, kinds, tenant, busy_until, failing_since, disabled_at),
    UPDATE (busy_until, last_success_at, last_failure_at, last_failure, failing_since, disabled_at, disabled_because)
    ON webhook_endpoints TO exception_desk_mailer;
GRANT SELECT (endpoint_id, sealed, until) ON webhook_secrets TO exception_desk_mailer;
GRANT SELECT, UPDATE (spread_at), DELETE ON webhook_events TO exception_desk_mailer;
GRANT SELECT, INSERT (endpoint_id, event_id), UPDATE (attempts, next_attempt_at, last_attempt_at, last_result, delivered_at, dead_at)
    ON webhook_deliveries TO exception_desk_mailer;
-- The desk itself records that it disabled an endpoint, and nothing else in this role.
CREATE POLICY webhook_disabled ON audit_events FOR INSERT TO exception_desk_mailer
    WITH CHECK (actor_kind = 'system' AND action = 'webhook.disabled');
GRANT INSERT (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
    personal, personal_salt, personal_digest) ON audit_events TO exception_desk_mailer;

-- The identity role sweeps what is over, without seeing what it was.
CREATE POLICY over ON webhook_events TO exception_desk_identity USING (true);
GRANT SELECT (occurred_at), DELETE ON webhook_events TO exception_desk_identity;
CREATE POLICY over ON webhook_secrets TO exception_desk_identity USING (true);
GRANT SELECT (until), DELETE ON webhook_secrets TO exception_desk_identity;
