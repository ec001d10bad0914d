INSERT INTO drafts (id, tenant, owner, owner_name, language, issue, fields, created_at, updated_at)
VALUES ('00000000-0000-7000-8000-000000000008', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '00000000-0000-4000-8000-000000000001', 'Sato', 'en', 'other_technical_issue', '[]', '2026-01-06T00:00:00Z', '2026-01-06T00:00:00Z');
