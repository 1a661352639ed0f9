-- Merged contacts are one, under the id under which they are shown.
SELECT other_type, coalesce(members.shown_as, other_id) AS shown_id
FROM associations
LEFT JOIN members ON other_type = 'contact' AND members.id = other_id
WHERE
    object_type = :object_type
    AND associations.id IN (SELECT value FROM json_each(:ids))
    AND (:types = '[]' OR other_type IN (SELECT value FROM json_each(:types)))
GROUP BY 1, 2
ORDER BY max(associations.at) DESC, other_type, shown_id DESC
LIMIT :limit OFFSET :offset
