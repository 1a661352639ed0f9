-- :option is JSON text, and compared as such: SQLite cuts texts in JSON off at a NUL character. The
-- options of a value are distinct, and where it has one only, that is the one.
UPDATE contacts
SET
    modified_at = :at,
    attributes = json_remove(
        attributes,
        CASE json_array_length(attributes, :path)
            WHEN 1 THEN :path
            ELSE (
                SELECT fullkey FROM json_each(contacts.attributes, :path) AS held
                WHERE contacts.attributes -> held.fullkey = :option
            )
        END
    )
WHERE EXISTS (
    SELECT 1 FROM json_each(contacts.attributes, :path) AS held
    WHERE contacts.attributes -> held.fullkey = :option
)
