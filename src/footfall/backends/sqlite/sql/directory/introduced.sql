-- The parameter is a JSON array of positions.
SELECT introductions.position, introductions.name, introductions.type, introductions.options
FROM json_each(?) AS asked
CROSS JOIN introductions ON introductions.position = asked.value
ORDER BY introductions.position, introductions.name
