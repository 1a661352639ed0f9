SELECT due, contact_id, segment_id
FROM segment_timers INDEXED BY segment_timers_by_due
WHERE due <= ?
ORDER BY due, contact_id, segment_id
LIMIT ?
