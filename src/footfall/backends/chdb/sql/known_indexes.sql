SELECT name FROM system.data_skipping_indices
WHERE database = currentDatabase() AND table = 'events' AND name IN ('words', 'pairs')
