-- A request, its audit row, its news (as mails and as events of webhooks) and its idempotency key, the after-check of what is granted at once, and the end of the
-- draft that it was: all of it or nothing, in one statement.
WITH
    filed AS (
        INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at,
            filed_by, filed_by_name, filed_with_mfa, calendar, due_at, decided_at, subject_labels, draft, clock_from)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $29, $30, $31)
    ),
    submitted AS (
        DELETE FROM drafts WHERE id = $30 AND owner = $11
    ),
    recorded AS (
        INSERT INTO audit_events (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind,
            subject_id, tenant, details)
        VALUES ($17, $10, $18, $19, $20, $21, $22, $23, $1, $3, $24)
    ),
    to_check AS (
        INSERT INTO after_checks (request_id, exception_id, tenant, clock_from, due_at)
        SELECT $1, $32, $3, $10, $33 WHERE $32::uuid IS NOT NULL
    ),
    told AS (
        INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at)
        SELECT id, kind, recipient, language, tenant, request_id, exception_id, data, created_at
        FROM jsonb_to_recordset($25) AS news (id uuid, kind text, recipient text, language text, tenant uuid,
            request_id uuid, exception_id uuid, data jsonb, created_at timestamptz)
        -- A copy, where the tenant has somebody who gets one.
        WHERE recipient <> 'second_contact' OR EXISTS (SELECT FROM second_contacts AS s WHERE s.tenant = news.tenant AND s.confirmed)
    ),
    announced AS (
        INSERT INTO webhook_events (id, kind, tenant, data, occurred_at)
        SELECT id, kind, tenant, data, occurred_at
        FROM jsonb_to_recordset($34) AS events (id uuid, kind text, tenant uuid, data jsonb, occurred_at timestamptz)
    )
INSERT INTO idempotency_keys (tenant, key, request_digest, created_id, created_at, answer)
SELECT $3, $26, $27, $1, $10, $28 WHERE $26::text IS NOT NULL
ON CONFLICT (tenant, key) DO UPDATE SET request_digest = excluded.request_digest, created_id = excluded.created_id,
    created_at = excluded.created_at, answer = excluded.answer
