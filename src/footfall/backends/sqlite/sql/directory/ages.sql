-- The parameter is a JSON array of ids.
SELECT history.contact_id, change.value ->> 0, change.value ->> 1, max(history.position)
FROM json_each(?) AS asked
CROSS JOIN history ON history.contact_id = asked.value
CROSS JOIN json_each(history.changes) AS change
GROUP BY 1, 2, 3
