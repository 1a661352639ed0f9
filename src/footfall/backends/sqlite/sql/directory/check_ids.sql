SELECT count(*) FROM contacts WHERE id >= (SELECT next_contact_id FROM state)
