-- A desk with 1,000,000 requests of 25,000 partners, 200,000 of them open, and 20,000 after-checks. The texts are put together from the clauses in the
-- table `clauses (number, text)`, so that words are as frequent as people use them. The triggers stand still meanwhile; what
-- they would have kept is written at the end, as the migration that made them did.
SET session_replication_role = replica;

INSERT INTO partners (tenant, name, type, country, calendar, security_contact, registered_at)
SELECT md5(n::text)::uuid, (ARRAY['Northwind', 'アルパイン商会', 'Litware', '株式会社青空システム', 'Adatum'])[1 + n % 5] || ' ' || n,
    'indirect_reseller', 'JP', 'jp', 'security@partner.example', now()
FROM generate_series(0, 24999) AS n;

WITH clause AS (SELECT array_agg(text ORDER BY number) AS texts, count(*)::int AS total FROM clauses),
    numbered AS (
        SELECT n, n < 200000 AS open, n BETWEEN 200000 AND 219999 AS checked, md5((n / 8)::text)::uuid AS tenant, n % 40 = 7 AS waits,
            -- From a day overdue to twenty days ahead.
            date_trunc('milliseconds', now() - interval '1 day' + (n * 48271::bigint % 2147483647) % 1814400000 * interval '1 millisecond') AS due
        FROM generate_series(0, 999999) AS n
    )
INSERT INTO requests (id, reference, tenant, status, version, issue, language, asked, classification, guards, filed_at, filed_by,
    filed_by_name, filed_with_mfa, calendar, due_at, decided_at, clock_from, waiting_until, remind_at)
SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'TE-2026-' || lpad(n::text, 7, '0'),
    CASE WHEN open THEN tenant ELSE md5((n % 25000)::text)::uuid END,
    CASE WHEN checked THEN 'accepted' WHEN NOT open THEN 'denied' WHEN waits THEN 'waiting_for_partner' ELSE 'in_review' END, 1,
    (ARRAY['more_time_for_agents', 'accounts_without_delegated_admin', 'service_accounts', 'authenticator_app_not_possible',
        'legacy_authentication', 'exchange_online_powershell', 'third_party_mfa_not_recognized', 'other_technical_issue'])[1 + n % 8],
    CASE WHEN n % 3 = 0 THEN 'en' ELSE 'ja' END,
    jsonb_build_object('title', 'No. ' || n, 'description',
        texts[1 + (n::bigint * 7919) % total] || ' ' || texts[1 + (n::bigint * 104729 + 11) % total] || ' '
        || texts[1 + (n::bigint * 15485863 + 5) % total] || ' ' || texts[1 + (n::bigint * 32452843 + 3) % total]),
    jsonb_build_object('policy_version', :'policy_version', 'judged_at', now(), 'issue', 'other_technical_issue', 'outcome',
        'review', 'table', jsonb_build_array(jsonb_build_object('code', 'needs_a_person', 'criterion', 'issue')), 'guidance',
        '[]'::jsonb, 'steps', '[]'::jsonb),
    CASE WHEN n % 2 = 0 THEN '{}'::text[] ELSE '{auto_grant_off}' END, due - interval '5 days', tenant, '佐藤', true, 'jp',
    CASE WHEN NOT waits THEN due END, CASE WHEN NOT open THEN due - interval '1 hour' END, due - interval '5 days',
    CASE WHEN open AND waits THEN due + interval '14 days' END, CASE WHEN open AND waits THEN due + interval '13 days' END
FROM numbered, clause;

INSERT INTO pauses (request_id, tenant, paused_at)
SELECT id, tenant, filed_at + interval '1 day' FROM requests WHERE status = 'waiting_for_partner';
INSERT INTO after_checks (request_id, exception_id, tenant, clock_from, due_at)
SELECT id, gen_random_uuid(), tenant, filed_at, greatest(filed_at, decided_at) FROM requests WHERE status = 'accepted';
-- One in fifty appeals; one in a hundred was approved by a first person.
INSERT INTO appeals (request_id, tenant, reason, appealed_at, appealed_by, appealed_by_name, denied_at)
SELECT id, tenant, 'It is another matter.', filed_at, filed_by, '佐藤', filed_at FROM requests
WHERE status = 'in_review' AND right(reference, 2) IN ('10', '60');
INSERT INTO decisions (id, request_id, request_version, outcome, scope, reason, decided_at, decided_by, decided_by_name, decided_as_lead)
SELECT gen_random_uuid(), id, 1, 'accept', '{}', 'seen', filed_at, gen_random_uuid(), 'Reviewer', true FROM requests
WHERE status = 'in_review' AND right(reference, 2) = '20';
-- 200 reviewers with twenty requests each; the first is the one who reads.
INSERT INTO request_claims (request_id, claimed_by, claimed_by_tenant, claimed_by_name, claimed_at, lease_until)
SELECT id, md5('reviewer ' || right(reference, 3)::int % 200)::uuid, :'operator', 'Reviewer', now(), now() + interval '1 day'
FROM requests WHERE status = 'in_review' AND substr(reference, 9) < '0004500';

SET session_replication_role = DEFAULT;
INSERT INTO queue_entries (request_id, status, version, tenant, issue, language, filed_at, due_at, appeal, approved, shown)
SELECT r.id, r.status, r.version, r.tenant, r.issue, r.language, r.filed_at, coalesce(r.due_at, 'infinity'), now.appeal, now.approved,
    queue_shown(r, now.appeal, now.approved)
FROM requests AS r, LATERAL (SELECT EXISTS (SELECT FROM appeals AS a WHERE a.request_id = r.id),
    EXISTS (SELECT FROM decisions AS d WHERE d.request_id = r.id)) AS now (appeal, approved)
WHERE r.status IN ('in_review', 'waiting_for_partner');
SELECT count(enter_after_check(request_id, due_at)::text) FROM after_checks;
UPDATE request_claims SET lease_until = lease_until;
INSERT INTO queue_texts (request_id) SELECT request_id FROM queue_entries ON CONFLICT DO NOTHING;
