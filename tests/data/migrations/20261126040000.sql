-- No new table.
SELECT mark_late_in_queue(now() + interval '1 year');
