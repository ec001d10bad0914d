-- What people wrote with a request is erased once it is over and its time of keeping has passed (`[intake] personal_retention_days`).
-- The rows stay, with decisions, codes, dates, figures and references; an erased text is empty.

ALTER TABLE requests ADD COLUMN erased_at timestamptz;
GRANT SELECT (erased_at) ON requests TO exception_desk_partner;
CREATE INDEX requests_erasable ON requests (decided_at, id) WHERE erased_at IS NULL AND decided_at IS NOT NULL;

-- Since when nothing can come of the request any more; null while something can: it is open, its after-check is, or its tenant is held.
CREATE FUNCTION request_over_since(request uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT GREATEST(r.decided_at, r.reopen_until,
        CASE WHEN r.status = 'denied' AND NOT EXISTS (SELECT FROM appeals AS a WHERE a.request_id = r.id)
            THEN r.decided_at + interval '720 hours' END,
        (SELECT LEAST(e.expires_at, e.revoked_at) FROM exceptions AS e WHERE e.request_id = r.id))
    FROM requests AS r
    WHERE r.id = request AND r.status NOT IN ('in_review', 'waiting_for_partner')
      AND NOT EXISTS (SELECT FROM after_checks AS c WHERE c.request_id = r.id AND c.outcome IS NULL)
      AND NOT EXISTS (SELECT FROM tenant_holds AS h WHERE h.tenant = r.tenant AND h.lifted_at IS NULL)
$$;

-- What was asked without what was written: the scope and the answers that are codes stay.
CREATE FUNCTION asked_without_text(asked jsonb, classification jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT asked || jsonb_build_object('title', '', 'description', '', 'contact', jsonb_build_object('name', '', 'email', ''),
        'answers', coalesce((
            SELECT jsonb_object_agg(key, CASE
                WHEN value IN ('null', '"yes"', '"no"', '"unsure"') THEN value
                -- A choice: the decision table has looked at it, and keeps no text.
                WHEN classification->'steps' @> jsonb_build_array(jsonb_build_object('criterion', key, 'given', jsonb_build_object('value', value)))
                    THEN value
                ELSE '""' END)
            FROM jsonb_each(asked->'answers')), '{}'))
$$;

-- Who sets `erased_at` erases: nothing else is to be done, and nothing less can be.
CREATE FUNCTION erase_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NOT NULL OR (request_over_since(OLD.id) < NEW.erased_at) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'requests_erased_when_over',
            MESSAGE = 'a request is erased once, and not before it is over';
    END IF;
    NEW.asked := asked_without_text(OLD.asked, OLD.classification);
    NEW.subject_labels := '{}';
    NEW.filed_by_name := '';
    NEW.decision_reason := CASE WHEN OLD.decision_reason IS NOT NULL THEN '' END;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_erased BEFORE UPDATE OF erased_at ON requests FOR EACH ROW EXECUTE FUNCTION erase_request();
ALTER TABLE requests ADD CONSTRAINT requests_erased_says_nothing CHECK (erased_at IS NULL OR (filed_by_name = ''
    AND subject_labels = '{}' AND coalesce(decision_reason, '') = '' AND asked->>'title' = '' AND asked->>'description' = ''
    AND asked->'contact' = '{"name": "", "email": ""}'));

CREATE FUNCTION erase_around_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE messages SET text = '' WHERE request_id = NEW.id;
    UPDATE messages SET author_name = '' WHERE request_id = NEW.id AND kind = 'reply';
    UPDATE appeals AS a SET reason = '', appealed_by_name = '', denial_reason = CASE WHEN EXISTS (SELECT FROM decisions AS d
        WHERE d.request_id = a.request_id AND d.outcome = 'deny' AND d.decided_at = a.denied_at) THEN '' END
    WHERE request_id = NEW.id;
    UPDATE decisions SET reason = '' WHERE request_id = NEW.id;
    UPDATE after_checks SET reason = CASE outcome WHEN 'overturned' THEN '' END WHERE request_id = NEW.id;
    UPDATE exceptions SET revocation_reason = '' WHERE request_id = NEW.id AND ended_by = 'staff';
    UPDATE internal_notes SET text = '' WHERE request_id = NEW.id;
    DELETE FROM review_visits WHERE request_id = NEW.id;
    -- The bytes go where those of deleted drafts go.
    WITH gone AS (DELETE FROM evidence WHERE request_id = NEW.id RETURNING content, tenant)
    INSERT INTO evidence_loose (key, tenant) SELECT content, tenant FROM gone WHERE content IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER requests_erased_around AFTER UPDATE OF erased_at ON requests FOR EACH ROW EXECUTE FUNCTION erase_around_request();

-- A text is empty once it is erased, and nobody else makes it so.
ALTER TABLE messages DROP CONSTRAINT messages_text_check;
ALTER TABLE appeals DROP CONSTRAINT appeals_reason_check;
ALTER TABLE decisions DROP CONSTRAINT decisions_reason_check;
ALTER TABLE after_checks DROP CONSTRAINT after_checks_reason_check;
ALTER TABLE internal_notes DROP CONSTRAINT internal_notes_text_check;
CREATE POLICY written ON messages AS RESTRICTIVE FOR INSERT TO exception_desk_partner, exception_desk_staff WITH CHECK (text <> '');
CREATE POLICY written ON appeals AS RESTRICTIVE FOR INSERT TO exception_desk_partner WITH CHECK (reason <> '');
CREATE POLICY written ON decisions AS RESTRICTIVE FOR INSERT TO exception_desk_staff WITH CHECK (reason <> '');
CREATE POLICY written ON after_checks AS RESTRICTIVE FOR UPDATE TO exception_desk_staff USING (true) WITH CHECK (reason IS DISTINCT FROM '');
CREATE POLICY written ON internal_notes AS RESTRICTIVE FOR INSERT TO exception_desk_staff WITH CHECK (text <> ''
    AND NOT EXISTS (SELECT FROM requests AS r WHERE r.id = request_id AND r.erased_at IS NOT NULL));
-- An after-check that is done stays as it is; the eraser may change nothing of it but the reason.
DROP TRIGGER after_checks_not_own_filing ON after_checks;
CREATE TRIGGER after_checks_not_own_filing BEFORE UPDATE ON after_checks FOR EACH ROW
    WHEN (current_user <> 'exception_desk_eraser') EXECUTE FUNCTION refuse_own_after_check();

-- The eraser: finds what is over, sets `erased_at`, and reads no text. Around a request it empties what belongs to one that is erased.
CREATE POLICY finding ON requests FOR SELECT TO exception_desk_eraser USING (true);
CREATE POLICY erasing ON requests FOR UPDATE TO exception_desk_eraser USING (erased_at IS NULL) WITH CHECK (erased_at IS NOT NULL);
GRANT SELECT (id, tenant, status, decided_at, reopen_until, erased_at), UPDATE (erased_at) ON requests TO exception_desk_eraser;
CREATE POLICY finding ON tenant_holds FOR SELECT TO exception_desk_eraser USING (true);
GRANT SELECT (tenant, lifted_at) ON tenant_holds TO exception_desk_eraser;
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT * FROM (VALUES
        ('messages', 'request_id, kind', 'text, author_name', 'text = '''''),
        ('appeals', 'request_id, denied_at', 'reason, appealed_by_name, denial_reason', 'reason = '''' AND appealed_by_name = '''' AND coalesce(denial_reason, '''') = '''''),
        ('decisions', 'request_id, outcome, decided_at', 'reason', 'reason = '''''),
        ('after_checks', 'request_id, outcome', 'reason', 'coalesce(reason, '''') = '''''),
        ('exceptions', 'request_id, expires_at, revoked_at, ended_by', 'revocation_reason', 'coalesce(revocation_reason, '''') = '''''),
        ('internal_notes', 'request_id', 'text', 'text = ''''')) AS part (name, seen, emptied, empty) LOOP
        EXECUTE format('CREATE POLICY finding ON %I FOR SELECT TO exception_desk_eraser USING (true)', part.name);
        EXECUTE format('CREATE POLICY erasing ON %I FOR UPDATE TO exception_desk_eraser
            USING (EXISTS (SELECT FROM requests AS r WHERE r.id = request_id AND r.erased_at IS NOT NULL)) WITH CHECK (%s)', part.name, part.empty);
        EXECUTE format('GRANT SELECT (%s), UPDATE (%s) ON %I TO exception_desk_eraser', part.seen, part.emptied, part.name);
    END LOOP;
    FOR part IN SELECT * FROM (VALUES ('evidence', 'request_id, content, tenant'), ('review_visits', 'request_id')) AS part (name, seen) LOOP
        EXECUTE format('CREATE POLICY finding ON %I FOR SELECT TO exception_desk_eraser USING (request_id IS NOT NULL)', part.name);
        EXECUTE format('CREATE POLICY erasing ON %I FOR DELETE TO exception_desk_eraser
            USING (EXISTS (SELECT FROM requests AS r WHERE r.id = request_id AND r.erased_at IS NOT NULL))', part.name);
        EXECUTE format('GRANT SELECT (%s), DELETE ON %I TO exception_desk_eraser', part.seen, part.name);
    END LOOP;
END $$;
CREATE POLICY loosening ON evidence_loose FOR INSERT TO exception_desk_eraser WITH CHECK (true);
GRANT INSERT (key, tenant) ON evidence_loose TO exception_desk_eraser;
CREATE POLICY erasures_of_requests ON audit_events FOR INSERT TO exception_desk_eraser
    WITH CHECK (actor_kind = 'system' AND action = 'request.erased');
GRANT INSERT (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
    personal, personal_salt, personal_digest) ON audit_events TO exception_desk_eraser;
