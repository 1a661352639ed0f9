SELECT
    abs(
        (SELECT count(*) FROM contacts, json_each(contacts.lists))
        - (SELECT count(*) FROM memberships)
    )
    + (
        SELECT count(*)
        FROM contacts, json_each(contacts.lists) AS listed
        WHERE NOT EXISTS (
            SELECT 1 FROM memberships
            WHERE list_id = listed.value AND contact_id = contacts.id
        )
    )
    + (
        SELECT count(*) FROM lists
        WHERE size <> (SELECT count(*) FROM memberships WHERE list_id = lists.id)
    )
