UPDATE queue_texts SET says = '\x00';
