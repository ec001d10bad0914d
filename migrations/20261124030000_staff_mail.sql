-- Mail to staff as persons: where it goes, what each wants to be mailed and when, and the daily digest.

CREATE TABLE staff_mail (
    tenant          uuid NOT NULL,
    object_id       uuid NOT NULL,
    -- What the person wants; none as long as nothing was said. Its shape is the API's `MailSettings`.
    settings        jsonb CHECK (jsonb_typeof(settings) = 'object'),
    -- When the settings or the address changed: a digest whose time had passed by then is not made up for.
    changed_at      timestamptz NOT NULL,
    -- Where mail goes: an address whose reader has shown to be the person, or that the identity provider has verified.
    address         text CHECK (address <> ''),
    -- `removed`: the person wants none, whatever the identity provider says.
    address_source  text CHECK (address_source IN ('link', 'sign_in', 'removed')),
    confirmed_at    timestamptz,
    -- What the sign-in called their address; nothing is mailed there.
    suggested       text,
    -- An address to be confirmed by the link that was mailed to it; the latest link alone counts.
    pending         text,
    pending_id      uuid,
    pending_at      timestamptz,
    -- Whether there is an address, for those who need not know it.
    reachable       boolean NOT NULL GENERATED ALWAYS AS (address IS NOT NULL) STORED,
    PRIMARY KEY (tenant, object_id),
    -- Whoever is forgotten is not mailed any more.
    FOREIGN KEY (tenant, object_id) REFERENCES staff ON DELETE CASCADE,
    CONSTRAINT staff_mail_address_has_a_source CHECK (
        (address IS NOT NULL) = (coalesce(address_source, 'removed') <> 'removed')
        AND (address IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT staff_mail_pending_is_whole CHECK (
        (pending IS NULL) = (pending_id IS NULL) AND (pending IS NULL) = (pending_at IS NULL))
);
ALTER TABLE staff_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON staff_mail TO exception_desk_identity USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_mail TO exception_desk_identity;
-- Whoever tells of something sees whether somebody can be told, and how they want it: never where.
CREATE POLICY wishes ON staff_mail FOR SELECT TO exception_desk_staff USING (true);
GRANT SELECT (tenant, object_id, settings, changed_at, reachable) ON staff_mail TO exception_desk_staff;
CREATE POLICY addresses ON staff_mail FOR SELECT TO exception_desk_mailer USING (true);
GRANT SELECT (tenant, object_id, address, pending, pending_id) ON staff_mail TO exception_desk_mailer;

-- What happened and is told in the next digest.
CREATE TABLE staff_digest_items (
    tenant      uuid NOT NULL,
    object_id   uuid NOT NULL,
    event       uuid NOT NULL,
    kind        text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
    reference   text NOT NULL,
    partner     text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, object_id, event),
    FOREIGN KEY (tenant, object_id) REFERENCES staff ON DELETE CASCADE
);
ALTER TABLE staff_digest_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_digest_items FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON staff_digest_items TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, DELETE ON staff_digest_items TO exception_desk_staff;

-- Whose digest was made for which day, also one with nothing to say: once, however many desks look.
CREATE TABLE staff_digests (
    tenant     uuid NOT NULL,
    object_id  uuid NOT NULL,
    -- In the person's time zone.
    day        date NOT NULL,
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, object_id, day),
    FOREIGN KEY (tenant, object_id) REFERENCES staff ON DELETE CASCADE
);
ALTER TABLE staff_digests ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_digests FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON staff_digests TO exception_desk_staff USING (true);
GRANT SELECT, INSERT, DELETE ON staff_digests TO exception_desk_staff;

ALTER TABLE outbox
    -- What happened: rows that tell of one thing have one event, of which nobody is told twice.
    ADD COLUMN event          uuid,
    -- The member of staff whom a row is for. A row for staff without one is dealt out to persons before it is sent.
    ADD COLUMN person_tenant  uuid,
    ADD COLUMN person         uuid,
    -- It was dealt out and nobody could be told as a person: it goes to the leads' address.
    ADD COLUMN routed         boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT outbox_person_is_whole CHECK ((person IS NULL) = (person_tenant IS NULL)),
    ADD CONSTRAINT outbox_persons_are_staff FOREIGN KEY (person_tenant, person) REFERENCES staff (tenant, object_id) ON DELETE CASCADE,
    DROP CONSTRAINT outbox_check,
    ADD CONSTRAINT outbox_is_about_something CHECK (request_id IS NOT NULL OR exception_id IS NOT NULL OR person IS NOT NULL);
CREATE UNIQUE INDEX outbox_once_for_each_person ON outbox (event, person_tenant, person) WHERE person IS NOT NULL;
CREATE INDEX outbox_by_person ON outbox (person_tenant, person) WHERE person IS NOT NULL;

-- Dealing out: a row for staff is taken out, and put back as one for each person or as the leads'.
CREATE POLICY dealt_out ON outbox FOR DELETE TO exception_desk_staff
    USING (recipient IN ('assignee', 'leads', 'approvers', 'checkers') AND person IS NULL AND NOT routed AND sent_at IS NULL);
GRANT DELETE ON outbox TO exception_desk_staff;
-- Who tells of something says what and about whom; to whom of the staff it goes, and how that goes, is not theirs to say.
REVOKE INSERT ON outbox FROM exception_desk_partner, exception_desk_publisher;
GRANT INSERT (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at, event)
    ON outbox TO exception_desk_partner, exception_desk_publisher;
-- An alarm that a person cannot be mailed goes to the leads' address.
GRANT UPDATE (person, person_tenant, routed) ON outbox TO exception_desk_mailer;
-- What somebody was to do for a request is no news when it is closed.
GRANT SELECT (status) ON requests TO exception_desk_mailer;

-- An after-check that is late is told once.
ALTER TABLE after_checks ADD COLUMN late_told_at timestamptz;
GRANT UPDATE (late_told_at) ON after_checks TO exception_desk_staff;
CREATE INDEX after_checks_late ON after_checks (due_at) WHERE outcome IS NULL AND late_told_at IS NULL;
