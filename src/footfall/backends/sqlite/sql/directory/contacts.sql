-- The parameter is a JSON array of ids.
SELECT contacts.id, created_at, modified_at, identifiers, attributes, lists, standing
FROM json_each(?) AS asked
CROSS JOIN contacts ON contacts.id = asked.value
