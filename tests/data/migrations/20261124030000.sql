INSERT INTO staff_mail (tenant, object_id, settings, changed_at, address, address_source, confirmed_at)
VALUES ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-000000000009', '{"language": "ja"}', '2026-01-06T00:00:00Z',
    'reviewer@operator.example', 'link', '2026-01-06T00:00:00Z');
INSERT INTO staff_digest_items VALUES ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-000000000009',
    '00000000-0000-7000-8000-0000000000e1', 'request_answered', 'TE-2026-000001', 'Tailspin Toys', '2026-01-06T00:00:00Z');
INSERT INTO staff_digests VALUES ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-000000000009', '2026-01-06', '2026-01-06T00:00:00Z');
INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at, event, person_tenant, person)
VALUES ('00000000-0000-7000-8000-0000000000e2', 'staff_digest', 'person', 'ja', '00000000-0000-4000-8000-0000000000aa', '{}',
    '2026-01-06T00:00:00Z', '00000000-0000-7000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-000000000009');
