-- One insert is one part, however large: it appears whole or not at all.
SET
    max_threads = 1,
    max_insert_threads = 1,
    max_insert_block_size = 1000000000,
    min_insert_block_size_rows = 1000000000,
    min_insert_block_size_bytes = 0,
    -- See indexes.sql.
    exclude_materialize_skip_indexes_on_insert = 'words, pairs'
