-- Which line of versions a database belongs to, when its document was last issued, and what a new epoch holds back.

ALTER TABLE feed_head
    -- Another random one with each version: two copies of a database part ways with the next.
    ADD COLUMN lineage       uuid NOT NULL DEFAULT gen_random_uuid(),
    -- When the document of this version was last issued. It never goes back, whichever desk issues.
    ADD COLUMN issued_at     timestamptz NOT NULL DEFAULT 'epoch',
    -- When a desk last said so by its clock: freshness counts from here.
    ADD COLUMN confirmed_at  timestamptz NOT NULL DEFAULT 'epoch';
-- The lineage of the version before.
ALTER TABLE feed_changes ADD COLUMN follows uuid;
-- Changes that are old enough are forgotten.
CREATE INDEX feed_changes_committed_at ON feed_changes (committed_at);
GRANT DELETE ON feed_changes TO exception_desk_publisher;

-- Each new epoch of this database, begun by an operator.
CREATE TABLE feed_epochs (
    epoch     uuid PRIMARY KEY,
    begun_at  timestamptz NOT NULL,
    -- In whose place: the epoch of the database, and that of the mark of the desk where it was begun.
    replaces  uuid[] NOT NULL CHECK (cardinality(replaces) > 0 AND NOT epoch = ANY (replaces))
);
ALTER TABLE feed_epochs ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_epochs FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON feed_epochs TO exception_desk_publisher USING (true);
GRANT SELECT, INSERT ON feed_epochs TO exception_desk_publisher;

-- Since when an exception is kept out of the feed until a lead confirms it; null: it is not.
ALTER TABLE exceptions ADD COLUMN held_at timestamptz;
CREATE INDEX exceptions_held ON exceptions (id) WHERE held_at IS NOT NULL;
GRANT UPDATE (held_at) ON exceptions TO exception_desk_publisher;
GRANT SELECT (held_at) ON exceptions TO exception_desk_subject;
