-- See clear_option.sql. Of merged contacts what is shown has no history.
INSERT INTO history (contact_id, position, at, cause, changes)
SELECT
    contacts.id,
    :position,
    :at,
    'request',
    json_array(json_array(
        'attribute',
        :name,
        json(attributes -> :path),
        CASE
            WHEN json_array_length(attributes, :path) > 1
                THEN json(json_remove(attributes, held.fullkey) -> :path)
        END
    ))
FROM contacts, json_each(contacts.attributes, :path) AS held
WHERE contacts.attributes -> held.fullkey = :option AND contacts.id NOT IN (SELECT id FROM members WHERE :is_shown)
