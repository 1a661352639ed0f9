SELECT contact_id, since
FROM segment_members
WHERE segment_id = ? AND contact_id > ?
ORDER BY contact_id
LIMIT ?
