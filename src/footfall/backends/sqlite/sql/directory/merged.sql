-- The parameter is a JSON array of ids.
SELECT
    id, created_at, modified_at, identifiers, attributes, lists, standing,
    shown_as, merged_into, position, at, ages
FROM members
WHERE shown_as IN (
    SELECT shown_as FROM json_each(?) AS asked CROSS JOIN members ON members.id = asked.value
)
ORDER BY id
