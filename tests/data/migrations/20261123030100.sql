UPDATE queue_texts SET words = array_to_tsvector(ARRAY['te', '2026', '多要', '要素']) WHERE request_id = '00000000-0000-7000-8000-000000000001';
