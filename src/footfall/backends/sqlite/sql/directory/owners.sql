-- The parameter is a JSON array of [kind, value].
SELECT identifiers.kind, identifiers.value, identifiers.contact_id
FROM json_each(?) AS asked
CROSS JOIN identifiers
    ON identifiers.kind = asked.value ->> 0 AND identifiers.value = asked.value ->> 1
