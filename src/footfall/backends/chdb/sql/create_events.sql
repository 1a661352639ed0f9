-- All applied events, for search by name and date. Beside it stands timeline, with the same rows.
CREATE TABLE IF NOT EXISTS events (
    position UInt64 CODEC(T64, ZSTD(1)),
    received_at Int64 CODEC(T64, ZSTD(1)), -- nanoseconds since the epoch
    -- Dates run from year 1 to 9999, which 64 bits do not hold in nanoseconds: event_date is whole
    -- microseconds since the epoch, rounded down, and nanos the 0 to 999 nanoseconds that are left.
    event_date Int64 CODEC(GCD, T64, ZSTD(1)),
    nanos UInt16 CODEC(ZSTD(1)),
    name LowCardinality(String),
    contact_id UInt64 CODEC(T64, ZSTD(1)),
    object_type LowCardinality(String),
    object_identifiers String CODEC(ZSTD(1)),
    -- Compressed as config/conf.d/server.xml says.
    contact_properties String,
    properties String,
    -- Let the latest events of all names, and those of some days, be found without reading the rest.
    INDEX by_date event_date TYPE minmax GRANULARITY 1,
    INDEX by_receipt received_at TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
ORDER BY (name, event_date, nanos, position)
SETTINGS
    index_granularity = 512,
    -- An insert, and a merge that replaces earlier parts, are on disk before they count.
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    -- Replaced parts are kept until a merge that failed unsaid has come to light (database.py).
    old_parts_lifetime = 60,
    min_free_disk_bytes_to_perform_insert = 33554432
