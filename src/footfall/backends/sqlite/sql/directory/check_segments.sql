SELECT
    (
        SELECT count(*) FROM segments
        WHERE size <> (SELECT count(*) FROM segment_members WHERE segment_id = segments.id)
    )
    + (
        SELECT count(*) FROM segment_members
        WHERE contact_id NOT IN (SELECT id FROM contacts)
        OR segment_id NOT IN (SELECT id FROM segments)
    )
    + (
        SELECT count(*) FROM segment_timers
        WHERE contact_id NOT IN (SELECT id FROM contacts)
        OR segment_id NOT IN (SELECT id FROM segments)
    )
    + (
        SELECT count(*) FROM segment_history
        WHERE (
            contact_id NOT IN (SELECT id FROM contacts)
            AND contact_id NOT IN (SELECT id FROM members)
        )
        OR segment_id NOT IN (SELECT id FROM segments)
    )
