-- The block that holds :position, if one does.
SELECT position, data
FROM sealed
WHERE position = (
    SELECT position
    FROM (
        SELECT position, entries FROM sealed
        WHERE position <= :position ORDER BY position DESC LIMIT 1
    )
    WHERE position + entries > :position
)
