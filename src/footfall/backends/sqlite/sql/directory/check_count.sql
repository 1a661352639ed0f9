SELECT abs((SELECT contact_count FROM state) - (SELECT count(*) FROM contacts))
