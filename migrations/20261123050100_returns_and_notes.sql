-- A second person who disagrees returns a request to review, and notes that only staff read.

-- A return names the first approval that it voids, and is a second person's: `decisions_two_people` holds for it too.
ALTER TABLE decisions DROP CONSTRAINT decisions_outcome_check;
ALTER TABLE decisions
    ADD CONSTRAINT decisions_outcome_check CHECK (outcome IN ('accept', 'deny', 'return')),
    ADD CONSTRAINT decisions_return_answers_an_approval CHECK (outcome <> 'return' OR confirms IS NOT NULL);

-- What staff tell each other about a request. No partner reads it, and no mail says it.
CREATE TABLE internal_notes (
    id           uuid PRIMARY KEY,
    request_id   uuid NOT NULL REFERENCES requests,
    text         text NOT NULL CHECK (text <> ''),
    written_at   timestamptz NOT NULL,
    author       uuid NOT NULL,
    author_name  text NOT NULL
);
CREATE INDEX internal_notes_by_request ON internal_notes (request_id, id);
ALTER TABLE internal_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE internal_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON internal_notes TO exception_desk_staff USING (true);
GRANT SELECT, INSERT ON internal_notes TO exception_desk_staff;
