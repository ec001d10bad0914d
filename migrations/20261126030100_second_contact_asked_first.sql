-- Nothing becomes a second contact that was not asked to be one before.
CREATE FUNCTION refuse_unasked_second_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'second_contacts_asked_first',
        MESSAGE = 'a second contact is the address that a link was mailed to';
END $$;
CREATE TRIGGER second_contacts_asked_first BEFORE UPDATE ON second_contacts FOR EACH ROW
    WHEN (NEW.address IS NOT NULL AND NEW.address IS DISTINCT FROM OLD.address AND NEW.address IS DISTINCT FROM OLD.pending)
    EXECUTE FUNCTION refuse_unasked_second_contact();
