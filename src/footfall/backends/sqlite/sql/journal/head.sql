SELECT coalesce(
    (SELECT position + entries FROM open ORDER BY position DESC LIMIT 1),
    (SELECT position + entries FROM sealed ORDER BY position DESC LIMIT 1),
    1
) - 1
