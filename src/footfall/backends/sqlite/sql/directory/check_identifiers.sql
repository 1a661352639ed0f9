SELECT abs(
    (
        SELECT count(*) FROM contacts, json_each(contacts.identifiers)
        WHERE contacts.id NOT IN (SELECT id FROM members)
    )
    + (SELECT count(*) FROM members, json_each(members.identifiers))
    - (SELECT count(*) FROM identifiers)
)
