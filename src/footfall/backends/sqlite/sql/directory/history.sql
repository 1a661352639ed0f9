-- Of merged contacts comes the history of all.
SELECT position, contact_id, at, cause, changes
FROM history
WHERE
    contact_id IN (
        SELECT :contact_id
        UNION
        SELECT others.id
        FROM members
        CROSS JOIN members AS others ON others.shown_as = members.shown_as
        WHERE members.id = :contact_id
    )
    AND position < :before
ORDER BY position DESC, contact_id
LIMIT :limit
