SELECT abs(
    (SELECT count(*) FROM contacts, json_each(contacts.identifiers))
    - (SELECT count(*) FROM identifiers)
)
