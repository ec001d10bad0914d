-- The audit log becomes a hash chain (docs/AUDIT.md): positions without gaps, signed heads, personal text that can be erased.

-- When the personal text was erased; its salted digest, which the chain holds, stays.
ALTER TABLE audit_events ADD COLUMN erased_at timestamptz;
ALTER TABLE audit_events
    DROP CONSTRAINT audit_events_check,
    DROP CONSTRAINT audit_events_check1,
    ADD CONSTRAINT audit_events_salted CHECK ((personal IS NULL) = (personal_salt IS NULL)),
    ADD CONSTRAINT audit_events_digested CHECK ((personal_digest IS NULL) = (personal IS NULL AND erased_at IS NULL)),
    ADD CONSTRAINT audit_events_erased CHECK (erased_at IS NULL OR personal IS NULL),
    ADD CONSTRAINT audit_events_positions_start_at_one CHECK (chain_position > 0),
    ADD CONSTRAINT audit_events_sha256 CHECK (octet_length(chain_hash) = 32);

-- What came of an event, and from when to when a deadline moved, for the partner whose it is; the rest of `details` names users and is for staff.
ALTER TABLE audit_events ADD COLUMN outcome text GENERATED ALWAYS AS (coalesce(details->>'appeal', details->>'status')) STORED;
ALTER TABLE audit_events ADD COLUMN moved jsonb GENERATED ALWAYS AS (CASE WHEN action = 'request.deadline_moved' THEN details END) STORED;
REVOKE SELECT (details) ON audit_events FROM exception_desk_partner;
GRANT SELECT (outcome, moved) ON audit_events TO exception_desk_partner;

CREATE INDEX audit_events_waiting ON audit_events (at, id) WHERE chain_position IS NULL;
CREATE INDEX audit_events_erasable ON audit_events (at, id) WHERE personal_digest IS NOT NULL AND erased_at IS NULL;
CREATE INDEX audit_events_by_time ON audit_events (at, id);
CREATE INDEX audit_events_by_tenant ON audit_events (tenant, at, id) WHERE tenant IS NOT NULL;
CREATE INDEX audit_events_by_action ON audit_events (action, at, id);
CREATE INDEX audit_events_by_actor ON audit_events (actor_object_id, at, id) WHERE actor_object_id IS NOT NULL;

-- Two changes there are: into the chain, once; and the erasure of personal text. No role, the owner included, makes another
-- without switching this off, and `audit verify` finds what was done then.
CREATE FUNCTION audit_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    same audit_events;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'audit events are never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    same := NEW;
    same.outcome := OLD.outcome;
    same.moved := OLD.moved;
    IF OLD.chain_position IS NULL THEN
        same.chain_position := NULL;
        same.chain_hash := NULL;
    END IF;
    IF NEW.personal IS NULL AND NEW.personal_salt IS NULL AND OLD.erased_at IS NULL THEN
        same.personal := OLD.personal;
        same.personal_salt := OLD.personal_salt;
        same.erased_at := NULL;
    END IF;
    IF same IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'audit events are never changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_events_stay();

-- The sealer: gives positions and hashes, erases personal text, and reads neither that text nor its salt.
CREATE POLICY sealing ON audit_events FOR SELECT TO exception_desk_sealer USING (true);
CREATE POLICY sealing_change ON audit_events FOR UPDATE TO exception_desk_sealer USING (true);
CREATE POLICY erasures ON audit_events FOR INSERT TO exception_desk_sealer WITH CHECK (action = 'audit.erased');
GRANT SELECT (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
    personal_digest, erased_at, chain_position, chain_hash) ON audit_events TO exception_desk_sealer;
GRANT INSERT (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
    personal, personal_salt, personal_digest) ON audit_events TO exception_desk_sealer;
GRANT UPDATE (chain_position, chain_hash, personal, personal_salt, erased_at) ON audit_events TO exception_desk_sealer;

-- Signed heads of the chain. What they are worth is outside the database: the key, and the copies of them.
CREATE TABLE audit_anchors (
    position   bigint PRIMARY KEY CHECK (position > 0),
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    signed_at  timestamptz NOT NULL,
    jws        text NOT NULL
);
ALTER TABLE audit_anchors ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_anchors FORCE ROW LEVEL SECURITY;
CREATE POLICY sealing ON audit_anchors TO exception_desk_sealer USING (true);
CREATE POLICY reading ON audit_anchors FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT, INSERT ON audit_anchors TO exception_desk_sealer;
GRANT SELECT ON audit_anchors TO exception_desk_staff;
