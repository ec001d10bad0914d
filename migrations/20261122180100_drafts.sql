-- Requests that are not submitted yet; the people who have signed in; and the names by which partners call their users.

CREATE TABLE drafts (
    id               uuid PRIMARY KEY,
    tenant           uuid NOT NULL REFERENCES partners,
    owner            uuid NOT NULL,
    owner_name       text NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    language         text NOT NULL CHECK (language IN ('en', 'ja')),
    -- Null until one is chosen.
    issue            text,
    -- What was typed, as typed: pairs of a field's name and its value.
    fields           jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'array'),
    -- Names of users by object id, for people to read.
    labels           jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(labels) = 'object'),
    -- What came after the owner's session had ended: a step with its fields, for the owner to take or leave.
    pending          jsonb,
    -- The `Idempotency-Key` that made it, with the digest of the body that came with it.
    creation_key     text,
    creation_digest  bytea,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CHECK ((creation_key IS NULL) = (creation_digest IS NULL)),
    CONSTRAINT drafts_creation_key UNIQUE (tenant, owner, creation_key)
);
CREATE INDEX drafts_by_owner ON drafts (tenant, owner, id DESC);
CREATE INDEX drafts_updated_at ON drafts (updated_at);
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
-- Nobody but the owner sees a draft, colleagues and staff included. Without a person the transaction fails, as without a tenant.
CREATE POLICY own ON drafts TO exception_desk_partner
    USING (tenant = current_setting('desk.tenant')::uuid AND owner = current_setting('desk.person')::uuid);
GRANT SELECT, INSERT, DELETE, UPDATE (owner_name, version, language, issue, fields, labels, pending, creation_key, creation_digest, updated_at)
    ON drafts TO exception_desk_partner;
-- The identity role sweeps what is over, without seeing whose it was or what it said.
CREATE POLICY over ON drafts TO exception_desk_identity USING (true);
GRANT SELECT (updated_at), DELETE ON drafts TO exception_desk_identity;

-- Who of a partner's tenant has signed in, so that colleagues can be named without copying ids.
CREATE TABLE people (
    tenant        uuid NOT NULL REFERENCES partners,
    object_id     uuid NOT NULL,
    name          text NOT NULL CHECK (name <> ''),
    last_seen_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, object_id)
);
CREATE INDEX people_last_seen_at ON people (last_seen_at);
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON people TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON people TO exception_desk_identity USING (true);
GRANT SELECT ON people TO exception_desk_partner;
GRANT SELECT, INSERT, UPDATE (name, last_seen_at), DELETE ON people TO exception_desk_identity;

-- Names by object id, as the partner gave them: for people to read, never matched. And the draft that a request was: a
-- button that is pressed twice makes one request, whatever the program believes.
ALTER TABLE requests
    ADD COLUMN subject_labels jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(subject_labels) = 'object'),
    ADD COLUMN draft uuid CONSTRAINT requests_one_per_draft UNIQUE;
GRANT SELECT (subject_labels, draft), INSERT (subject_labels, draft) ON requests TO exception_desk_partner;
