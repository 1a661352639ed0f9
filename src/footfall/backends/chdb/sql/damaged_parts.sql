SELECT table, name, coalesce(reason, '')
FROM system.detached_parts
WHERE database = currentDatabase()
