-- The parameter is a JSON array of ids.
SELECT segment_timers.due, segment_timers.contact_id, segment_timers.segment_id
FROM json_each(?) AS asked
CROSS JOIN segment_timers ON segment_timers.contact_id = asked.value
