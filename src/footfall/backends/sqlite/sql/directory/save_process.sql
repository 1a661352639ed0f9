INSERT INTO processes VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET is_over = excluded.is_over, process = excluded.process
