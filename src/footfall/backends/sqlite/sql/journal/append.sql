-- One statement is one transaction: the write lock is held from reading the head to the commit.
INSERT INTO open (position, entries, data)
VALUES (
    coalesce(
        (SELECT position + entries FROM open ORDER BY position DESC LIMIT 1),
        (SELECT position + entries FROM sealed ORDER BY position DESC LIMIT 1),
        1
    ),
    :entries,
    :data
)
RETURNING position
