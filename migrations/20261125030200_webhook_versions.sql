-- Leads change an endpoint: two who do so at once are told.
ALTER TABLE webhook_endpoints ADD COLUMN version bigint NOT NULL DEFAULT 1 CHECK (version > 0);
GRANT UPDATE (url, description, kinds, tenant, version) ON webhook_endpoints TO exception_desk_staff;
