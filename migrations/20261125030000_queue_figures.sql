-- The queue's figures as integers: a sum over them is a bigint, and none is made of numerics.

ALTER TABLE queue_counts
    ALTER requests TYPE integer,
    ALTER unclaimed TYPE integer,
    ALTER appeals TYPE integer,
    ALTER approved TYPE integer,
    ALTER waiting TYPE integer,
    ALTER after_checks TYPE integer;
