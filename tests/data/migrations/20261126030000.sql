INSERT INTO second_contacts (tenant, version, address, confirmed_at, pending, pending_id, pending_at, pending_by, language, links)
VALUES ('b13e516c-1dbc-4832-a49e-c6417db8f5db', 3, 'copies@tailspin.example', '2026-01-08T00:00:00Z', 'other@tailspin.example',
    '00000000-0000-7000-8000-0000000000e5', '2026-01-09T00:00:00Z', '佐藤', 'ja', '{2026-01-09T00:00:00Z}');
INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at, event)
VALUES ('00000000-0000-7000-8000-0000000000e6', 'second_contact_to_confirm', 'second_contact', 'ja', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '{}',
    '2026-01-09T00:00:00Z', '00000000-0000-7000-8000-0000000000e6'),
    ('00000000-0000-7000-8000-0000000000e7', 'second_contact_changed', 'security_contact', 'ja', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '{}',
    '2026-01-09T00:00:00Z', '00000000-0000-7000-8000-0000000000e7');
