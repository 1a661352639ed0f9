-- The tables that drop a replaced part at once.
SELECT name FROM system.tables
WHERE database = currentDatabase() AND create_table_query LIKE '%cleanup_delay_period%'
