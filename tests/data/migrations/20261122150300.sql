INSERT INTO audit_events (id, at, actor_kind, action, subject_kind, subject_id, details)
VALUES ('00000000-0000-7000-8000-000000000006', '2026-01-05T00:00:00Z', 'system', 'request.filed', 'request', '00000000-0000-7000-8000-000000000001', '{}');
