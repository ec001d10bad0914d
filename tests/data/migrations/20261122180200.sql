INSERT INTO evidence (id, tenant, draft, request_id, place, name, media_type, size, sha256, content, scan, uploaded_at, uploaded_by, uploaded_by_name, uploaded_with_mfa)
VALUES ('00000000-0000-7000-8000-000000000021', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', NULL, '00000000-0000-7000-8000-000000000001', 1, 'ベンダーの回答.pdf', 'application/pdf', 3, sha256('pdf'), '00000000-0000-4000-8000-000000000021', 'clean', '2026-01-05T00:00:00Z', '00000000-0000-4000-8000-000000000001', '佐藤', false),
       ('00000000-0000-7000-8000-000000000022', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', '00000000-0000-7000-8000-000000000007', NULL, NULL, 'eicar.txt', 'text/plain; charset=utf-8', 68, sha256('x'), NULL, 'infected', '2026-01-05T00:00:00Z', '00000000-0000-4000-8000-000000000001', '佐藤', false);
INSERT INTO evidence_content VALUES ('00000000-0000-4000-8000-000000000021', 'b13e516c-1dbc-4832-a49e-c6417db8f5db', 0, 'pdf');
INSERT INTO evidence_loose (key, tenant) VALUES ('00000000-0000-4000-8000-000000000023', 'b13e516c-1dbc-4832-a49e-c6417db8f5db');
INSERT INTO evidence_received VALUES ('b13e516c-1dbc-4832-a49e-c6417db8f5db', '2026-01-05', 71);
