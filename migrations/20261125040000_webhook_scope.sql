-- Who limits an endpoint takes from it what it is no longer for.
GRANT DELETE ON webhook_deliveries TO exception_desk_staff;
