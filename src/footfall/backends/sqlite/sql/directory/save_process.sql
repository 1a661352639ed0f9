INSERT INTO processes VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET has_ended = excluded.has_ended, process = excluded.process
