-- When each clock is to be looked at next, so that a look at the clocks reads those whose time has come and no others.

CREATE TABLE clock_looks (
    request_id  uuid PRIMARY KEY REFERENCES queue_entries ON DELETE CASCADE,
    -- '-infinity' until somebody has looked at the clock as it is now set; 'infinity' when all its warnings are told.
    look_at     timestamptz NOT NULL DEFAULT '-infinity',
    -- Rises whenever the clock is set anew: whoever looked at it before says no more when to look again.
    turn        bigint NOT NULL DEFAULT 1
);
CREATE INDEX clock_looks_by_time ON clock_looks (look_at);
ALTER TABLE clock_looks ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock_looks FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON clock_looks TO CURRENT_USER USING (true);
CREATE POLICY everything ON clock_looks TO exception_desk_staff USING (true);
GRANT SELECT, UPDATE (look_at) ON clock_looks TO exception_desk_staff;

-- A clock stands still while the request waits for its partner.
CREATE FUNCTION keep_clock_looks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status = 'in_review' THEN
        INSERT INTO clock_looks (request_id) VALUES (NEW.id)
        ON CONFLICT (request_id) DO UPDATE SET look_at = '-infinity', turn = clock_looks.turn + 1;
    ELSE
        DELETE FROM clock_looks WHERE request_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- Triggers of one event act by name: these after those that make the entry.
CREATE TRIGGER requests_queue_in_looks AFTER INSERT ON requests FOR EACH ROW
    WHEN (NEW.status = 'in_review') EXECUTE FUNCTION keep_clock_looks();
CREATE TRIGGER requests_queue_looks AFTER UPDATE OF status, due_at, clock_from, clock_days ON requests FOR EACH ROW
    WHEN (OLD.status = 'in_review' OR NEW.status = 'in_review') EXECUTE FUNCTION keep_clock_looks();

-- The alarm that nobody may decide is looked for by itself.
CREATE INDEX clock_warnings_of_nobody ON clock_warnings (request_id, clock_from) WHERE warning = 'nobody_eligible';

INSERT INTO clock_looks (request_id) SELECT request_id FROM queue_entries WHERE status = 'in_review';
