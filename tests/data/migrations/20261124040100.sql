UPDATE clock_looks SET look_at = 'infinity';
