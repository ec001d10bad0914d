INSERT INTO partners VALUES ('b13e516c-1dbc-4832-a49e-c6417db8f5db', 'Tailspin', 'indirect_reseller', 'JP', 'jp', 'sec@tailspin.example', '2026-01-01T00:00:00Z');
INSERT INTO sessions VALUES ('\x00', '{}', '2026-01-01T00:00:00Z');
INSERT INTO demo_mark DEFAULT VALUES;
