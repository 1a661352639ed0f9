SELECT position, contact_id, at, cause, changes
FROM history
WHERE contact_id = ? AND position < ?
ORDER BY position DESC
LIMIT ?
