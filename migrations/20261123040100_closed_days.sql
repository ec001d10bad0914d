-- Days that were announced to be closed, on top of the calendars of the files: late holidays, and closures of the office. A day
-- is never changed; what is taken back stays, since clocks that were set before count it.

CREATE TABLE closed_days (
    id            uuid PRIMARY KEY,
    -- Days of one announcement have one instant.
    announcement  uuid NOT NULL,
    calendar      text NOT NULL CHECK (calendar <> ''),
    day           date NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('holiday', 'office_closure')),
    name_en       text NOT NULL CHECK (name_en <> ''),
    name_ja       text NOT NULL CHECK (name_ja <> ''),
    announced_at  timestamptz NOT NULL,
    announced_by  uuid NOT NULL,
    withdrawn_at  timestamptz,
    CHECK (withdrawn_at >= announced_at)
);
CREATE UNIQUE INDEX closed_days_once ON closed_days (calendar, day) WHERE withdrawn_at IS NULL;
ALTER TABLE closed_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE closed_days FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON closed_days TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, UPDATE (withdrawn_at) ON closed_days TO exception_desk_staff;
