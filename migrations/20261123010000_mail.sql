-- The outbox is delivered by mail. A row says how far that came; instants are the database's, so that several desks agree.
ALTER TABLE outbox
    ADD COLUMN attempts         integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Nobody takes the row before this instant: a lease while a desk delivers it, a pause after an attempt that failed.
    ADD COLUMN next_attempt_at  timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN sent_at          timestamptz,
    -- It cannot be delivered as it is; a lead may have it sent again.
    ADD COLUMN dead_at          timestamptz,
    -- A code of the desk's own or the server's reply code: never a server's words, which repeat addresses.
    ADD COLUMN last_error       text CHECK (last_error ~ '^[a-z0-9_]+$'),
    ADD CONSTRAINT outbox_sent_or_dead CHECK (sent_at IS NULL OR dead_at IS NULL),
    ADD CONSTRAINT outbox_dead_for_a_reason CHECK (dead_at IS NULL OR last_error IS NOT NULL);
CREATE INDEX outbox_to_send ON outbox (next_attempt_at, id) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_by_tenant ON outbox (tenant, id DESC);

-- What leads see on the page of mails, and what they may have sent again.
CREATE POLICY leads ON outbox FOR SELECT TO exception_desk_staff USING (true);
CREATE POLICY leads_send_again ON outbox FOR UPDATE TO exception_desk_staff
    USING (sent_at IS NOT NULL OR dead_at IS NOT NULL) WITH CHECK (sent_at IS NULL AND dead_at IS NULL);
GRANT SELECT, UPDATE (attempts, next_attempt_at, sent_at, dead_at, last_error) ON outbox TO exception_desk_staff;
-- A partner reads again what it was mailed, and not how the mail fared.
CREATE POLICY own_news ON outbox FOR SELECT TO exception_desk_partner
    USING (tenant = current_setting('desk.tenant')::uuid AND recipient IN ('contact', 'security_contact'));
GRANT SELECT (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at) ON outbox TO exception_desk_partner;

-- The role that delivers sees the rows of the outbox and where they go, and nothing else of anybody.
CREATE POLICY delivery ON outbox TO exception_desk_mailer USING (true);
-- It drops a row that turns out to be for nobody.
GRANT SELECT, UPDATE (attempts, next_attempt_at, sent_at, dead_at, last_error), DELETE ON outbox TO exception_desk_mailer;
ALTER TABLE requests ADD COLUMN contact_email text GENERATED ALWAYS AS (asked -> 'contact' ->> 'email') STORED;
CREATE POLICY addresses ON requests FOR SELECT TO exception_desk_mailer USING (true);
GRANT SELECT (id, contact_email) ON requests TO exception_desk_mailer;
CREATE POLICY addresses ON partners FOR SELECT TO exception_desk_mailer USING (true);
GRANT SELECT (tenant, security_contact) ON partners TO exception_desk_mailer;

-- What the course of an exception was told of: each once, whichever desk comes first.
CREATE TABLE exception_notices (
    exception_id  uuid NOT NULL REFERENCES exceptions,
    -- `started`, `ends_in_14_days`, `ends_in_3_days`, `ended`, `sunset_SECONDS`.
    notice        text NOT NULL CHECK (notice ~ '^[a-z0-9_]+$'),
    told_at       timestamptz NOT NULL,
    PRIMARY KEY (exception_id, notice)
);
ALTER TABLE exception_notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE exception_notices FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON exception_notices TO exception_desk_staff USING (true);
GRANT SELECT, INSERT ON exception_notices TO exception_desk_staff;
