INSERT INTO tenant_holds (id, tenant, exception_id, placed_at, placed_by, lifted_at, lifted_by, lift_reason)
VALUES ('00000000-0000-7000-8000-000000000007', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '00000000-0000-7000-8000-000000000004', '2026-01-08T00:00:00Z', '00000000-0000-4000-8000-000000000009',
    '2026-01-09T00:00:00Z', '00000000-0000-4000-8000-000000000008', 'spoken to their security team');
INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at)
VALUES ('00000000-0000-7000-8000-00000000000b', 'exception_granted', 'security_contact', 'ja', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000004', '{}', '2026-01-05T00:00:00Z');
INSERT INTO idempotency_keys (tenant, key, request_digest, created_id, created_at, answer, by_operator)
VALUES ('6f1c9b02-6c39-4f60-9d4b-1c4d1b8a7e55', 'key', '\x00', '00000000-0000-7000-8000-000000000005', '2026-01-07T00:00:00Z', '{}', true);
