-- Lets an event be found by any word that it says: what lacks the word is passed over, but for one
-- stretch of rows in twenty. Rows from before the index get theirs as their parts are merged.
ALTER TABLE events ADD INDEX IF NOT EXISTS by_words
    lower(concat(properties, ' ', contact_properties, ' ', object_identifiers))
    TYPE tokenbf_v1(4096, 3, 0) GRANULARITY 1
