INSERT INTO folders (id, name, created_at)
VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name
