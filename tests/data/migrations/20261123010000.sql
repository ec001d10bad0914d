INSERT INTO exception_notices (exception_id, notice, told_at)
VALUES ('00000000-0000-7000-8000-000000000004', 'ends_in_14_days', '2026-01-11T00:00:00Z');
UPDATE outbox SET attempts = 3, dead_at = '2026-01-06T00:00:00Z', last_error = 'smtp_550' WHERE id = '00000000-0000-7000-8000-00000000000b';
