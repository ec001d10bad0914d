INSERT INTO staff_former_addresses (event, tenant, object_id, address, left_at)
VALUES ('00000000-0000-7000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-000000000009',
    'before@operator.example', '2026-01-07T00:00:00Z');
UPDATE staff_mail SET asked_at = '2026-01-06T00:00:00Z';
INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at, event, routed)
VALUES ('00000000-0000-7000-8000-0000000000e4', 'webhook_disabled', 'leads', 'en', '00000000-0000-4000-8000-0000000000aa', '{}',
    '2026-01-07T00:00:00Z', '00000000-0000-7000-8000-0000000000e4', true);
