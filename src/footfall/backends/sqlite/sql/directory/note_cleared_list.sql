-- One entry may clear several lists of one contact, when their folder goes.
INSERT INTO history (contact_id, position, at, cause, changes)
SELECT
    contact_id,
    :position,
    :at,
    'request',
    json_array(json_array('list', CAST(:list_id AS TEXT), json('true'), NULL))
FROM memberships
WHERE list_id = :list_id
ON CONFLICT (position, contact_id) DO UPDATE SET
    changes = json_insert(changes, '$[#]', json(excluded.changes -> 0))
