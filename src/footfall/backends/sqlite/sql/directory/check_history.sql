SELECT count(*) FROM history
WHERE contact_id NOT IN (SELECT id FROM contacts) OR position > (SELECT position FROM state)
