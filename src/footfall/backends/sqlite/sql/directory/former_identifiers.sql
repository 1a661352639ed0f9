-- Every identifier that the contact ever had, by kind and value.
SELECT change.value ->> 1, change.value ->> 2
FROM history, json_each(history.changes) AS change
WHERE contact_id = :contact_id AND change.value ->> 0 = 'identifier'
UNION
SELECT change.value ->> 1, change.value ->> 3
FROM history, json_each(history.changes) AS change
WHERE contact_id = :contact_id AND change.value ->> 0 = 'identifier'
