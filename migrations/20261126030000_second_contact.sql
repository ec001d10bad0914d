-- A partner's second contact: whoever reads this address gets a copy of what the contacts of the tenant's requests are mailed, once
-- they have confirmed it by the link that was mailed there.

CREATE TABLE second_contacts (
    -- The row stays when the address is removed, and is nobody's personal data then: it says when links were mailed.
    tenant        uuid PRIMARY KEY REFERENCES partners,
    version       bigint NOT NULL DEFAULT 0,
    address       text CHECK (address <> '' AND char_length(address) <= 254),
    confirmed_at  timestamptz,
    -- An address to be confirmed by the link that was mailed to it; the latest link alone counts. Forgotten when the link is over.
    pending       text CHECK (pending <> '' AND char_length(pending) <= 254),
    pending_id    uuid,
    pending_at    timestamptz,
    -- The name of who entered it, and the language in which they read the desk: the security contact is told of both steps.
    pending_by    text CHECK (char_length(pending_by) <= 200),
    language      text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'ja')),
    -- When links were mailed, those of the last day: an address may be a stranger's.
    links         timestamptz[] NOT NULL DEFAULT '{}' CHECK (cardinality(links) <= 5),
    -- Whether there is a confirmed address, for those who need not know it.
    confirmed     boolean NOT NULL GENERATED ALWAYS AS (address IS NOT NULL) STORED,
    CONSTRAINT second_contacts_address_is_confirmed CHECK ((address IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT second_contacts_pending_is_whole CHECK (
        (pending IS NULL) = (pending_id IS NULL) AND (pending IS NULL) = (pending_at IS NULL) AND (pending IS NULL) = (pending_by IS NULL))
);
CREATE INDEX second_contacts_pending_at ON second_contacts (pending_at) WHERE pending_at IS NOT NULL;
ALTER TABLE second_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON second_contacts TO exception_desk_partner USING (tenant = current_setting('desk.tenant')::uuid);
GRANT SELECT, INSERT (tenant), UPDATE (version, address, confirmed_at, pending, pending_id, pending_at, pending_by, language, links)
    ON second_contacts TO exception_desk_partner;
-- Whoever tells of something sees whether somebody gets a copy: never where.
CREATE POLICY copies ON second_contacts FOR SELECT TO exception_desk_staff, exception_desk_publisher USING (true);
GRANT SELECT (tenant, confirmed) ON second_contacts TO exception_desk_staff, exception_desk_publisher;
CREATE POLICY addresses ON second_contacts FOR SELECT TO exception_desk_mailer USING (true);
GRANT SELECT (tenant, address, confirmed_at, pending, pending_id) ON second_contacts TO exception_desk_mailer;
-- An address that nobody has confirmed is forgotten.
CREATE POLICY over ON second_contacts FOR SELECT TO exception_desk_identity USING (true);
CREATE POLICY forgetting ON second_contacts FOR UPDATE TO exception_desk_identity USING (pending IS NOT NULL) WITH CHECK (pending IS NULL);
GRANT SELECT (pending_at), UPDATE (pending, pending_id, pending_at, pending_by) ON second_contacts TO exception_desk_identity;

-- What is told of a second contact itself concerns no request.
ALTER TABLE outbox DROP CONSTRAINT outbox_is_about_something, ADD CONSTRAINT outbox_is_about_something
    CHECK (request_id IS NOT NULL OR exception_id IS NOT NULL OR person IS NOT NULL
        OR kind IN ('webhook_disabled', 'second_contact_to_confirm', 'second_contact_changed'));
