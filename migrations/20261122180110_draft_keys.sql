-- The key that began a draft is kept where every other key is (`idempotency_keys`).
ALTER TABLE drafts DROP COLUMN creation_key, DROP COLUMN creation_digest;
