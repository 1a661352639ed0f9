-- Merged contacts are one, under the id under which they are shown.
SELECT id, other_type, shown_id
FROM (
    SELECT
        id, other_type, shown_id,
        row_number() OVER (
            PARTITION BY id, other_type ORDER BY latest DESC, shown_id DESC
        ) AS place
    FROM (
        SELECT
            associations.id, other_type,
            coalesce(members.shown_as, other_id) AS shown_id,
            max(associations.at) AS latest
        FROM associations
        LEFT JOIN members ON other_type = 'contact' AND members.id = other_id
        WHERE
            object_type = :object_type
            AND associations.id IN (SELECT value FROM json_each(:ids))
        GROUP BY 1, 2, 3
    )
)
WHERE place <= :each
ORDER BY id, other_type, place
