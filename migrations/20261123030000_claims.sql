-- Who works on which request, and who reviews at all.

-- One person at a time works on a request. A claim lapses by itself when its lease ends: whatever reads a claim asks for one
-- whose lease is in the future, by the database's time.
CREATE TABLE request_claims (
    request_id         uuid CONSTRAINT request_claims_one_at_a_time PRIMARY KEY REFERENCES requests,
    claimed_by         uuid NOT NULL,
    claimed_by_tenant  uuid NOT NULL,
    claimed_by_name    text NOT NULL,
    claimed_at         timestamptz NOT NULL,
    lease_until        timestamptz NOT NULL,
    CHECK (lease_until > claimed_at)
);
CREATE INDEX request_claims_by_person ON request_claims (claimed_by, claimed_by_tenant);
CREATE INDEX request_claims_by_lease ON request_claims (lease_until);
ALTER TABLE request_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON request_claims TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON request_claims TO exception_desk_staff;

-- Nobody works on what they filed or what is their own tenant's, nor on an appeal against their own denial: they may not decide it.
CREATE FUNCTION refuse_own_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM requests WHERE id = NEW.request_id AND (tenant = NEW.claimed_by_tenant OR filed_by = NEW.claimed_by))
        OR EXISTS (SELECT FROM decisions WHERE request_id = NEW.request_id AND outcome = 'deny' AND decided_by = NEW.claimed_by) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'request_claims_may_decide',
            MESSAGE = 'new row for relation "request_claims" violates check constraint "request_claims_may_decide"';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_claims_may_decide BEFORE INSERT OR UPDATE OF claimed_by, claimed_by_tenant ON request_claims
    FOR EACH ROW EXECUTE FUNCTION refuse_own_claims();

-- The desk's reviewers as far as they have come by: to whom a lead can give a request, and what each wants to be shown.
CREATE TABLE reviewers (
    tenant      uuid NOT NULL,
    object_id   uuid NOT NULL,
    name        text NOT NULL CHECK (name <> ''),
    lead        boolean NOT NULL,
    -- The languages that they read, for the request that is suggested next; null while they have not said.
    languages   text[] CHECK (languages <@ ARRAY['en', 'ja']),
    -- Whether pages listen to single keys.
    shortcuts   boolean NOT NULL DEFAULT true,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant, object_id)
);
ALTER TABLE reviewers ENABLE ROW LEVEL SECURITY;
ALTER TABLE reviewers FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON reviewers TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON reviewers TO exception_desk_staff;
