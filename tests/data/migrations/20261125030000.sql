UPDATE queue_counts SET waiting = waiting;
