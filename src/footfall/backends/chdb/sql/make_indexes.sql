ALTER TABLE events MATERIALIZE INDEX words, MATERIALIZE INDEX pairs
SETTINGS alter_sync = 0, mutations_sync = 0
