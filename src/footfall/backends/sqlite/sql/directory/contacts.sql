-- The parameter is a JSON array of ids. Whoever was merged is shown as another.
SELECT
    asked.value,
    contacts.id, contacts.created_at, contacts.modified_at, contacts.identifiers,
    contacts.attributes, contacts.lists, contacts.standing
FROM json_each(?) AS asked
LEFT JOIN members ON members.id = asked.value
CROSS JOIN contacts ON contacts.id = coalesce(members.shown_as, asked.value)
