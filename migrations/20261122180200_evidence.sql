-- Files with a request, or with a draft of one. Their bytes lie apart, so that an object store can take those over.

CREATE TABLE evidence (
    id                  uuid PRIMARY KEY,
    tenant              uuid NOT NULL REFERENCES partners,
    -- What it belongs to: a draft, then the request that the draft became. Once a draft is deleted it belongs to nothing, and is swept.
    draft               uuid REFERENCES drafts ON DELETE SET NULL,
    request_id          uuid REFERENCES requests,
    -- Five places each: a sixth file finds none. What was deleted for a virus has no place any more.
    place               smallint CHECK (place BETWEEN 1 AND 5),
    -- For people to read; it decides nothing.
    name                text NOT NULL CHECK (name <> '' AND octet_length(name) <= 240),
    media_type          text NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'message/rfc822',
                            'text/plain; charset=utf-8', 'text/plain; charset=utf-16', 'text/plain; charset=shift_jis')),
    size                bigint NOT NULL CHECK (size BETWEEN 1 AND 10485760),
    sha256              bytea NOT NULL CHECK (octet_length(sha256) = 32),
    -- Where the store keeps its bytes; null once they were deleted for a virus.
    content             uuid CONSTRAINT evidence_content_key UNIQUE,
    scan                text NOT NULL CHECK (scan IN ('not_scanned', 'pending', 'clean', 'infected')),
    -- When the next look may be taken: a lease while a desk takes one, a pause after one that failed. Time of the database.
    scan_after          timestamptz NOT NULL DEFAULT now(),
    scan_tries          integer NOT NULL DEFAULT 0,
    uploaded_at         timestamptz NOT NULL,
    uploaded_by         uuid NOT NULL,
    uploaded_by_name    text NOT NULL,
    uploaded_with_mfa   boolean NOT NULL,
    CHECK (num_nonnulls(draft, request_id) <= 1),
    CHECK ((scan = 'infected') = (content IS NULL)),
    CHECK ((scan = 'infected') = (place IS NULL)),
    CONSTRAINT evidence_places_of_draft UNIQUE (draft, place),
    CONSTRAINT evidence_places_of_request UNIQUE (request_id, place),
    -- The same file twice is the same one.
    CONSTRAINT evidence_once_in_draft UNIQUE (draft, sha256),
    CONSTRAINT evidence_once_in_request UNIQUE (request_id, sha256)
);
CREATE INDEX evidence_to_scan ON evidence (scan_after) WHERE scan = 'pending';
CREATE INDEX evidence_of_nothing ON evidence (id) WHERE draft IS NULL AND request_id IS NULL;
ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence FORCE ROW LEVEL SECURITY;
-- A partner sees its tenant's; what belongs to a draft, its owner alone (nobody else can upload to it).
CREATE POLICY own ON evidence FOR SELECT TO exception_desk_partner
    USING (tenant = current_setting('desk.tenant')::uuid
           AND (request_id IS NOT NULL OR uploaded_by::text = current_setting('desk.person', true)));
CREATE POLICY add ON evidence FOR INSERT TO exception_desk_partner
    WITH CHECK (tenant = current_setting('desk.tenant')::uuid AND uploaded_by::text = current_setting('desk.person', true)
                AND scan IN ('not_scanned', 'pending')
                AND (EXISTS (SELECT FROM requests AS r WHERE r.id = request_id AND r.status IN ('in_review', 'waiting_for_partner'))
                     OR (draft IS NOT NULL AND EXISTS (SELECT FROM drafts AS d WHERE d.id = draft))));
-- Submitting a draft hands its files to the request, when the draft is gone already; that is the only change a partner makes.
CREATE POLICY hand_on ON evidence FOR UPDATE TO exception_desk_partner
    USING (tenant = current_setting('desk.tenant')::uuid AND request_id IS NULL AND uploaded_by::text = current_setting('desk.person', true))
    WITH CHECK (draft IS NULL AND EXISTS (SELECT FROM requests AS r WHERE r.id = request_id));
-- Whoever uploaded it takes it back while nothing is decided. What was found infected stays on record.
CREATE POLICY take_back ON evidence FOR DELETE TO exception_desk_partner
    USING (tenant = current_setting('desk.tenant')::uuid AND uploaded_by::text = current_setting('desk.person', true) AND scan <> 'infected'
           AND (draft IS NOT NULL
                OR EXISTS (SELECT FROM requests AS r WHERE r.id = request_id AND r.status IN ('in_review', 'waiting_for_partner'))));
GRANT SELECT, DELETE, UPDATE (draft, request_id), INSERT (id, tenant, draft, request_id, place, name, media_type, size, sha256, content, scan,
    uploaded_at, uploaded_by, uploaded_by_name, uploaded_with_mfa) ON evidence TO exception_desk_partner;
-- Staff read what belongs to a request, never a draft's.
CREATE POLICY of_requests ON evidence FOR SELECT TO exception_desk_staff USING (request_id IS NOT NULL);
GRANT SELECT ON evidence TO exception_desk_staff;
-- The desk itself scans what is pending and sweeps what belongs to nothing, without reading names.
CREATE POLICY everything ON evidence FOR SELECT TO exception_desk_identity USING (true);
CREATE POLICY scanned ON evidence FOR UPDATE TO exception_desk_identity USING (scan = 'pending') WITH CHECK (true);
CREATE POLICY of_nothing ON evidence FOR DELETE TO exception_desk_identity USING (draft IS NULL AND request_id IS NULL);
GRANT SELECT (id, tenant, draft, request_id, media_type, size, sha256, content, scan, scan_after, scan_tries),
    UPDATE (scan, scan_after, scan_tries, content, place), DELETE ON evidence TO exception_desk_identity;

-- The bytes, in pieces, so that neither writing nor reading needs much memory. Nobody changes a piece.
CREATE TABLE evidence_content (
    key     uuid NOT NULL,
    tenant  uuid NOT NULL,
    part    integer NOT NULL CHECK (part >= 0),
    bytes   bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 262144),
    PRIMARY KEY (key, part)
);
-- What is uploaded is compressed already, or small.
ALTER TABLE evidence_content ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE evidence_content ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence_content FORCE ROW LEVEL SECURITY;
-- Pieces are written before their row is there; once it is there, none is added.
CREATE POLICY add ON evidence_content FOR INSERT TO exception_desk_partner
    WITH CHECK (tenant = current_setting('desk.tenant')::uuid
                AND NOT EXISTS (SELECT FROM evidence AS e WHERE e.content = key));
-- People read what they see the row of, and never what is still to be scanned.
CREATE POLICY read ON evidence_content FOR SELECT TO exception_desk_partner, exception_desk_staff
    USING (EXISTS (SELECT FROM evidence AS e WHERE e.content = key AND e.scan IN ('not_scanned', 'clean')));
GRANT INSERT ON evidence_content TO exception_desk_partner;
GRANT SELECT (key, part, bytes) ON evidence_content TO exception_desk_partner, exception_desk_staff;
-- The desk itself reads what is to be scanned, and deletes what no row names.
CREATE POLICY scan ON evidence_content FOR SELECT TO exception_desk_identity
    USING (EXISTS (SELECT FROM evidence AS e WHERE e.content = key AND e.scan = 'pending')
           OR NOT EXISTS (SELECT FROM evidence AS e WHERE e.content = key));
CREATE POLICY loose ON evidence_content FOR DELETE TO exception_desk_identity
    USING (NOT EXISTS (SELECT FROM evidence AS e WHERE e.content = key));
GRANT SELECT (key, part, bytes), DELETE ON evidence_content TO exception_desk_identity;

-- Keys of bytes that no evidence has: not yet (an upload is under way), or not any more. What stands here for long is deleted.
CREATE TABLE evidence_loose (
    key     uuid PRIMARY KEY,
    tenant  uuid NOT NULL,
    since   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX evidence_loose_since ON evidence_loose (since);
ALTER TABLE evidence_loose ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence_loose FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON evidence_loose TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY everything ON evidence_loose TO exception_desk_identity USING (true);
GRANT SELECT, INSERT (key, tenant), DELETE ON evidence_loose TO exception_desk_partner, exception_desk_identity;

-- What each tenant sent in a day (UTC), kept or not: the bound on it.
CREATE TABLE evidence_received (
    tenant  uuid NOT NULL,
    day     date NOT NULL,
    bytes   bigint NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (tenant, day)
);
ALTER TABLE evidence_received ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence_received FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON evidence_received TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
CREATE POLICY over ON evidence_received TO exception_desk_identity USING (true);
GRANT SELECT, INSERT, UPDATE (bytes) ON evidence_received TO exception_desk_partner;
GRANT SELECT (day), DELETE ON evidence_received TO exception_desk_identity;

-- The desk itself records that it found a virus, and nothing else in this role.
CREATE POLICY found_infected ON audit_events FOR INSERT TO exception_desk_identity
    WITH CHECK (actor_kind = 'system' AND action = 'evidence.infected');
GRANT INSERT (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
    personal, personal_salt, personal_digest) ON audit_events TO exception_desk_identity;
