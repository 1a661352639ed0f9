INSERT INTO history (contact_id, position, at, cause, changes)
SELECT
    id,
    :position,
    :at,
    'request',
    json_array(json_array('attribute', :name, json(attributes -> :path), NULL))
FROM contacts
WHERE json_type(attributes, :path) IS NOT NULL
