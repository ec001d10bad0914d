UPDATE request_claims SET acted_at = claimed_at;
