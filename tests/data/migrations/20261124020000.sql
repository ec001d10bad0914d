INSERT INTO webhook_endpoints (id, url, description, kinds, tenant, created_at, created_by)
VALUES ('00000000-0000-7000-8000-0000000000d1', 'https://tickets.contoso.example/hooks', 'Ticket system', '{request_received}', 'b13e516c-1dbc-4832-a49e-c6417db8f5db',
    '2026-01-05T00:00:00Z', '00000000-0000-4000-8000-000000000008');
INSERT INTO webhook_secrets (id, endpoint_id, sealed, made_at)
VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'sealed', '2026-01-05T00:00:00Z');
INSERT INTO webhook_events (id, kind, tenant, data, occurred_at, spread_at)
VALUES ('00000000-0000-7000-8000-0000000000d3', 'request_received', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '{}', '2026-01-05T00:00:00Z', '2026-01-05T00:00:02Z');
INSERT INTO webhook_deliveries (endpoint_id, event_id, attempts, last_attempt_at, last_result, dead_at)
VALUES ('00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-0000000000d3', 3, '2026-01-06T00:00:00Z', 'http_500', '2026-01-10T00:00:00Z');
