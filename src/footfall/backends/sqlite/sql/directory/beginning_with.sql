-- What begins with a text comes before the text with the last of all characters behind it.
SELECT contact_id
FROM (
    SELECT contact_id
    FROM identifiers
    WHERE kind = :kind AND value >= :beginning AND value < :beginning || char(1114111)
    ORDER BY value
    LIMIT iif(:id IS NULL, :limit, :candidates)
) AS found
WHERE :id IS NULL OR EXISTS (
    SELECT 1 FROM segment_members
    WHERE segment_members.segment_id = :id AND segment_members.contact_id = found.contact_id
)
LIMIT :limit
