-- :pairs stands for as many pairs of marks as there are identifiers. They are not handed over as
-- JSON, because SQLite cuts texts in it off at a NUL character.
WITH asked (kind, value) AS (VALUES :pairs)
SELECT identifiers.kind, identifiers.value, identifiers.contact_id
FROM asked
CROSS JOIN identifiers ON identifiers.kind = asked.kind AND identifiers.value = asked.value
