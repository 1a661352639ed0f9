-- How many parts there are on disk that no reader sees any more.
SELECT count() FROM system.parts WHERE database = currentDatabase() AND NOT active
