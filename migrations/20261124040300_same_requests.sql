-- What a request says, as a digest: requests that say the same are found by it, without reading every other one. The desk makes it
-- when it reads the text, and reads once more what it has read already.

ALTER TABLE queue_texts ADD COLUMN says bytea;
DROP INDEX queue_texts_unread;
CREATE INDEX queue_texts_unread ON queue_texts (request_id) WHERE words IS NULL OR says IS NULL;
-- Empty where a request is looked at by itself: a guard held it back.
CREATE INDEX queue_texts_says ON queue_texts (says) WHERE says <> '';
GRANT UPDATE (says) ON queue_texts TO exception_desk_staff;
