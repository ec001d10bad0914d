-- Who did what, when, why. Appended in the transaction of the change itself; never updated or deleted at run time.

CREATE TABLE audit_events (
    id                uuid PRIMARY KEY,
    at                timestamptz NOT NULL,
    actor_kind        text NOT NULL CHECK (actor_kind IN ('person', 'client', 'system')),
    actor_tenant      uuid,
    actor_object_id   uuid,
    actor_role        text,
    action            text NOT NULL,
    subject_kind      text NOT NULL,
    subject_id        uuid NOT NULL,
    -- Whose data it is about; null when it is about the desk itself.
    tenant            uuid,
    -- Codes, instants, versions, before and after; nothing that a person wrote.
    details           jsonb NOT NULL,
    -- What a person wrote (reasons). Erasable: the chain holds only its salted digest.
    personal          jsonb,
    personal_salt     bytea,
    personal_digest   bytea,
    -- Set by the one sealer, afterwards: chaining inside the transaction would serialise every commit.
    chain_position    bigint UNIQUE,
    chain_hash        bytea,
    CHECK ((personal_salt IS NULL) = (personal_digest IS NULL)),
    CHECK (personal IS NULL OR personal_digest IS NOT NULL),
    CHECK ((chain_position IS NULL) = (chain_hash IS NULL))
);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, at, id);
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON audit_events TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON audit_events TO exception_desk_staff, exception_desk_publisher USING (true);
-- A partner writes about its own tenant as its own people or as the desk, and never into the chain.
CREATE POLICY own_actor ON audit_events AS RESTRICTIVE FOR INSERT TO exception_desk_partner
    WITH CHECK (actor_tenant IS NULL OR actor_tenant = current_setting('desk.tenant')::uuid);
GRANT INSERT (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
    personal, personal_salt, personal_digest) ON audit_events TO exception_desk_partner, exception_desk_staff, exception_desk_publisher;
-- A partner reads the course of its own requests, not which member of staff acted.
GRANT SELECT (id, at, actor_kind, action, subject_kind, subject_id, tenant, details) ON audit_events TO exception_desk_partner;
GRANT SELECT ON audit_events TO exception_desk_staff;
