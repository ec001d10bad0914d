-- An open page renews its reader's claim only for so long after their last step.

ALTER TABLE request_claims ADD COLUMN acted_at timestamptz NOT NULL DEFAULT now();
