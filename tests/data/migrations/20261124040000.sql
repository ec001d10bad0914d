INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at, filed_by, filed_by_name, filed_with_mfa, calendar, due_at, decided_at)
SELECT '00000000-0000-7000-8000-000000000040', 'TE-2026-000040', tenant, status, issue, language, asked, classification, guards, filed_at, filed_by, filed_by_name, filed_with_mfa, calendar, due_at, decided_at
FROM requests WHERE id = '00000000-0000-7000-8000-000000000002';
INSERT INTO exceptions (id, request_id, reference, tenant, issue, every_user, object_ids, surfaces, not_before, expires_at, granted_at)
SELECT '00000000-0000-7000-8000-000000000041', '00000000-0000-7000-8000-000000000040', 'TE-2026-000040', tenant, issue, every_user, object_ids, surfaces, not_before, expires_at, granted_at
FROM exceptions WHERE id = '00000000-0000-7000-8000-000000000004';
INSERT INTO after_checks (request_id, exception_id, tenant, clock_from, due_at)
VALUES ('00000000-0000-7000-8000-000000000040', '00000000-0000-7000-8000-000000000041', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '2026-01-05T00:00:00Z', '2026-01-08T00:00:00Z');
