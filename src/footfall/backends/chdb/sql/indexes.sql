-- Let an event be found by any word that it says, or by a key and its value: stretches of rows that
-- lack it are passed over, but for one in a hundred. They are made when parts are merged, not by the
-- insert (writing.sql), which would take half as long again; the newest few parts are read instead.
ALTER TABLE events
    ADD INDEX IF NOT EXISTS words
        tokens(lower(concat(properties, ' ', contact_properties, ' ', object_identifiers)))
        TYPE bloom_filter(0.01) GRANULARITY 1,
    ADD INDEX IF NOT EXISTS pairs
        splitByChar(',', translate(properties, '{}[] \n\t\r', ',,,,'))
        TYPE bloom_filter(0.005) GRANULARITY 1,
    -- The index over words of former versions, which took twice as long to make.
    DROP INDEX IF EXISTS by_words
SETTINGS alter_sync = 0, mutations_sync = 0
