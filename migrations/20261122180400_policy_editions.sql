-- Editions of the policy that were brought in while the desk ran, and those that wait for a second person.
CREATE TABLE policy_editions (
    id                 uuid PRIMARY KEY,
    -- Policy, edition and version, as classifications record it.
    policy_version     text NOT NULL,
    -- The edition file, and what it was when it was proposed: the audit log has the same digest.
    text               text NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 131072),
    digest             bytea NOT NULL CONSTRAINT policy_editions_as_proposed CHECK (digest = sha256(convert_to(text, 'UTF8'))),
    effective_at       timestamptz NOT NULL,
    -- Whether it loosens the policy, or may.
    looser             boolean NOT NULL,
    proposed_at        timestamptz NOT NULL,
    proposed_by        uuid NOT NULL,
    proposed_by_name   text NOT NULL,
    confirmed_by       uuid,
    confirmed_by_name  text,
    -- From when every desk knows it; it applies from `effective_at`.
    brought_in_at      timestamptz,
    withdrawn_at       timestamptz,
    version            bigint NOT NULL DEFAULT 1,
    CHECK ((confirmed_by IS NULL) = (confirmed_by_name IS NULL)),
    CHECK (brought_in_at IS NULL OR withdrawn_at IS NULL),
    -- Four eyes: nobody confirms themselves, and what loosens is not brought in without a second person.
    CONSTRAINT policy_editions_two_people CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CONSTRAINT policy_editions_looser_is_confirmed CHECK (brought_in_at IS NULL OR NOT looser OR confirmed_by IS NOT NULL),
    -- Never for what has been judged already.
    CONSTRAINT policy_editions_not_retroactive CHECK (brought_in_at IS NULL OR effective_at > brought_in_at)
);
CREATE UNIQUE INDEX policy_editions_version_key ON policy_editions (policy_version) WHERE withdrawn_at IS NULL;
ALTER TABLE policy_editions ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy_editions FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON policy_editions TO exception_desk_staff USING (true);
-- What was brought in or withdrawn stays as it is: classifications name it, for good.
CREATE POLICY only_what_waits ON policy_editions AS RESTRICTIVE FOR UPDATE TO exception_desk_staff
    USING (brought_in_at IS NULL AND withdrawn_at IS NULL) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (confirmed_by, confirmed_by_name, brought_in_at, withdrawn_at, version) ON policy_editions TO exception_desk_staff;
