-- The open rows from the one that holds :position on; none where no open row holds it.
SELECT position, entries, data
FROM open
WHERE position >= (
    SELECT position
    FROM (
        SELECT position, entries FROM open
        WHERE position <= :position ORDER BY position DESC LIMIT 1
    )
    WHERE position + entries > :position
)
ORDER BY position
