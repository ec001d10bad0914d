-- What reviewers keep for themselves: views of the queue, and what they have begun to write on a request.

CREATE TABLE saved_views (
    id            uuid PRIMARY KEY,
    owner_tenant  uuid NOT NULL,
    owner         uuid NOT NULL,
    name          text NOT NULL CHECK (name <> ''),
    -- The parameters of the page's address.
    query         text NOT NULL,
    saved_at      timestamptz NOT NULL,
    CONSTRAINT saved_views_by_name UNIQUE (owner_tenant, owner, name)
);
ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON saved_views TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO exception_desk_staff;

-- Who looks at which request, so that two people see each other, and the reason and the question that they have begun to
-- write. Outlives the claim and the decision, so that nobody loses what they wrote to somebody who was faster.
CREATE TABLE review_visits (
    request_id      uuid NOT NULL REFERENCES requests,
    visitor_tenant  uuid NOT NULL,
    visitor         uuid NOT NULL,
    visitor_name    text NOT NULL,
    seen_at         timestamptz NOT NULL,
    reason          text,
    question        text,
    written_at      timestamptz,
    PRIMARY KEY (request_id, visitor, visitor_tenant),
    CHECK ((reason IS NULL AND question IS NULL) = (written_at IS NULL))
);
CREATE INDEX review_visits_by_time ON review_visits (seen_at);
ALTER TABLE review_visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_visits FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON review_visits TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON review_visits TO exception_desk_staff;

-- What was said is begun no more.
CREATE FUNCTION forget_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'decisions' THEN
        UPDATE review_visits SET reason = NULL, written_at = CASE WHEN question IS NOT NULL THEN written_at END
        WHERE request_id = NEW.request_id AND visitor = NEW.decided_by;
    ELSE
        UPDATE review_visits SET question = NULL, written_at = CASE WHEN reason IS NOT NULL THEN written_at END
        WHERE request_id = NEW.request_id AND visitor = NEW.author;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER decisions_begun AFTER INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION forget_begun();
CREATE TRIGGER messages_begun AFTER INSERT ON messages FOR EACH ROW WHEN (NEW.kind = 'question') EXECUTE FUNCTION forget_begun();
