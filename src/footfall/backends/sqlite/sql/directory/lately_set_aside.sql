SELECT verdict
FROM verdicts
WHERE
    verdict ->> '$.verdict' = 'set_aside'
    AND verdict ->> '$.replayed_as' IS NULL
    AND position < :before
ORDER BY position DESC
LIMIT :limit
