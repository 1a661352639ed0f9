-- All applied events, for what one contact did. Its rows are those of events, which says more.
CREATE TABLE IF NOT EXISTS timeline (
    position UInt64 CODEC(T64, ZSTD(1)),
    received_at Int64 CODEC(T64, ZSTD(1)), -- nanoseconds since the epoch
    event_date Int64 CODEC(GCD, T64, ZSTD(1)), -- whole microseconds since the epoch
    nanos UInt16 CODEC(ZSTD(1)),
    name LowCardinality(String),
    contact_id UInt64 CODEC(T64, ZSTD(1)),
    object_type LowCardinality(String),
    object_identifiers String CODEC(ZSTD(1)),
    contact_properties String,
    properties String
) ENGINE = MergeTree
ORDER BY (contact_id, event_date, nanos, position)
SETTINGS
    index_granularity = 512,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    old_parts_lifetime = 60,
    min_free_disk_bytes_to_perform_insert = 33554432
