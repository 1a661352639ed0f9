SELECT segment_id, contact_id, position, at, entered, cause
FROM segment_history INDEXED BY segment_history_in_order
WHERE (position, at, contact_id, segment_id) > (?, ?, ?, ?)
ORDER BY position, at, contact_id, segment_id
LIMIT ?
