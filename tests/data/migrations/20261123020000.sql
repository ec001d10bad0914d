INSERT INTO audit_events (id, at, actor_kind, action, subject_kind, subject_id, details, personal, personal_salt, personal_digest)
VALUES ('00000000-0000-7000-8000-000000000501', '2026-11-23T00:00:00Z', 'system', 'request.denied', 'request',
    '00000000-0000-7000-8000-000000000001', '{"before": "in_review"}', '{"reason": "no"}', '\x00', '\x00');
UPDATE audit_events SET chain_position = 1, chain_hash = sha256('one') WHERE id = '00000000-0000-7000-8000-000000000501';
UPDATE audit_events SET personal = NULL, personal_salt = NULL, erased_at = '2026-11-24T00:00:00Z'
WHERE id = '00000000-0000-7000-8000-000000000501';
INSERT INTO audit_anchors (position, hash, signed_at, jws) VALUES (1, sha256('one'), '2026-11-23T00:01:00Z', 'a.b.c');
