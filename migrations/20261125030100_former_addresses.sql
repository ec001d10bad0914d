-- Where a member of staff was mailed until now: it is told there that their mail goes elsewhere. Seen by the role that delivers, once
-- for the row of the outbox with the same event.

CREATE TABLE staff_former_addresses (
    event      uuid PRIMARY KEY,
    tenant     uuid NOT NULL,
    object_id  uuid NOT NULL,
    address    text NOT NULL CHECK (address <> ''),
    left_at    timestamptz NOT NULL,
    -- Whoever is forgotten is not mailed any more.
    FOREIGN KEY (tenant, object_id) REFERENCES staff ON DELETE CASCADE
);
CREATE INDEX staff_former_addresses_by_person ON staff_former_addresses (tenant, object_id);
CREATE INDEX staff_former_addresses_by_time ON staff_former_addresses (left_at);
ALTER TABLE staff_former_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_former_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON staff_former_addresses TO exception_desk_identity USING (true);
GRANT SELECT (left_at), INSERT, DELETE ON staff_former_addresses TO exception_desk_identity;
CREATE POLICY addresses ON staff_former_addresses FOR SELECT TO exception_desk_mailer USING (true);
GRANT SELECT (event, address) ON staff_former_addresses TO exception_desk_mailer;

-- When a link was mailed last, whatever became of the address that it was mailed to: the next one waits a minute.
ALTER TABLE staff_mail ADD COLUMN asked_at timestamptz;

-- That a webhook was disabled concerns no request.
ALTER TABLE outbox DROP CONSTRAINT outbox_is_about_something, ADD CONSTRAINT outbox_is_about_something
    CHECK (request_id IS NOT NULL OR exception_id IS NOT NULL OR person IS NOT NULL OR kind = 'webhook_disabled');
