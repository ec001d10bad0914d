-- All that filing has to know, in one statement. It begins after the tenant's lock was granted, so it sees whatever an earlier
-- filing of the tenant committed, and nothing that it sees can change until the request is written.
--
-- $1 tenant   $2 idempotency key, or null   $3 keys used until then are over   $4 issue   $5 users   $6 surfaces
-- $7 now      $8 refusals until then are not recent   $9 automatic grants that ended until then count no more
-- $10 whether a number is taken
WITH
    partner AS (
        SELECT name, country, calendar FROM partners WHERE tenant = $1
    ),
    first AS (
        SELECT request_digest, created_id, answer FROM idempotency_keys WHERE tenant = $1 AND key = $2 AND created_at > $3
    ),
    open AS (
        SELECT reference FROM requests WHERE tenant = $1 AND issue = $4 AND status IN ('in_review', 'waiting_for_partner')
    ),
    exempt AS (
        SELECT every_user, object_ids FROM exceptions WHERE tenant = $1 AND revoked_at IS NULL AND expires_at > $7
    ),
    together AS (
        SELECT unnest(object_ids) AS id FROM exempt UNION SELECT unnest($5::uuid[])
    ),
    auto_grants AS (
        SELECT every_user, object_ids, surfaces, not_before AS "from", LEAST(expires_at, revoked_at) AS until
        FROM exceptions
        WHERE tenant = $1 AND granted_by IS NULL AND LEAST(expires_at, revoked_at) > GREATEST(not_before, $9)
            AND (every_user OR object_ids && $5::uuid[] OR cardinality($5::uuid[]) = 0) AND surfaces && $6::text[]
    ),
    refused AS (
        SELECT id FROM requests
        WHERE tenant = $1 AND issue = $4 AND status IN ('denied', 'withdrawn') AND decided_at > $8
        ORDER BY decided_at DESC LIMIT 1
    ),
    hold AS (
        SELECT FROM tenant_holds WHERE tenant = $1 AND lifted_at IS NULL
    )
SELECT
    current_setting('desk.key_is_free')::boolean AS "key_is_free!",
    first.request_digest AS "first_digest?", first.created_id AS "first_created?", first.answer AS "first_answer?",
    partner.name AS "partner_name?", partner.country AS "partner_country?", partner.calendar AS "partner_calendar?",
    open.reference AS "open?",
    (SELECT count(*) FROM together) AS "users_together!",
    (SELECT coalesce(bool_or(every_user), false) FROM exempt) AS "every_user_exempt!",
    (SELECT coalesce(json_agg(auto_grants), '[]') FROM auto_grants) AS "auto_grants!: Json<Vec<AutoGrantHad>>",
    (SELECT id FROM refused) AS "refused_before?",
    EXISTS (SELECT FROM hold) AS "on_hold!",
    -- A number is taken only for what will be written.
    CASE WHEN current_setting('desk.key_is_free')::boolean AND first.created_id IS NULL AND open.reference IS NULL
        AND partner.name IS NOT NULL THEN CASE WHEN $10::boolean THEN nextval('request_numbers') ELSE 0 END END AS "number?"
FROM (VALUES (1)) AS always
    LEFT JOIN partner ON true
    LEFT JOIN first ON true
    LEFT JOIN open ON true
