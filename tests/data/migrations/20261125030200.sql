UPDATE webhook_endpoints SET version = 2;
