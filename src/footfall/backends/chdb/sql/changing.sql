-- Why each change of rows that is still to be made could not be made yet; empty where it goes on.
SELECT latest_fail_reason FROM system.mutations WHERE database = currentDatabase() AND NOT is_done
