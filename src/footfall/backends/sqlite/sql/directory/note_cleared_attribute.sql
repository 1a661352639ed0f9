INSERT INTO history (contact_id, position, at, cause, changes)
SELECT
    id,
    :position,
    :at,
    'request',
    json_array(json_array('attribute', :name, json(attributes -> :path), NULL))
FROM (
    SELECT id, attributes FROM contacts WHERE id NOT IN (SELECT id FROM members)
    UNION ALL
    SELECT id, attributes FROM members
)
WHERE json_type(attributes, :path) IS NOT NULL
