INSERT INTO lists (id, name, folder_id, created_at, size)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    folder_id = excluded.folder_id,
    size = excluded.size
