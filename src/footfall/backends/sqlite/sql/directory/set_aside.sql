SELECT verdict
FROM verdicts
WHERE
    verdict ->> '$.verdict' = 'set_aside'
    AND verdict ->> '$.replayed_as' IS NULL
    AND position > :after AND position <= :up_to
    AND (:reason = '' OR verdict ->> '$.reason' = :reason)
ORDER BY position
LIMIT :limit
