-- The parameter is a JSON array of ids.
SELECT segment_members.contact_id, segment_members.segment_id
FROM json_each(?) AS asked
CROSS JOIN segment_members INDEXED BY segment_members_by_contact
    ON segment_members.contact_id = asked.value
