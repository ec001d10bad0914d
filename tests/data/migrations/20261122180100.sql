INSERT INTO drafts (id, tenant, owner, owner_name, language, issue, fields, labels, pending, created_at, updated_at)
VALUES ('00000000-0000-7000-8000-000000000007', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '00000000-0000-4000-8000-000000000001', '佐藤', 'ja', NULL, '[["title", "件名"]]', '{"00000000-0000-4000-8000-000000000002": "鈴木"}', NULL, '2026-01-05T00:00:00Z', '2026-01-05T00:00:00Z');
INSERT INTO people VALUES ('b13e516c-1dbc-4832-a49e-c6417db8f5db', '00000000-0000-4000-8000-000000000001', '佐藤', '2026-01-05T00:00:00Z');
UPDATE requests SET subject_labels = '{"00000000-0000-4000-8000-000000000002": "鈴木"}', draft = '00000000-0000-7000-8000-000000000007' WHERE reference = 'TE-2026-000002';
