-- Bounds of one question, so that none takes the machine from the others or from the writer.
SET
    max_threads = 2,
    max_memory_usage = 268435456,
    max_execution_time = 10,
    -- The largest definition of a segment makes a statement of a quarter of a megabyte.
    max_query_size = 1048576,
    max_ast_elements = 500000,
    output_format_json_quote_64bit_integers = 0,
    output_format_json_escape_forward_slashes = 0,
    -- Without these every reading thread brings a dozen more with it, and is no faster.
    output_format_parallel_formatting = 0,
    local_filesystem_read_method = 'pread'
