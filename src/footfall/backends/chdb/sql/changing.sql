-- Why each removal of rows that is still to be done could not be done yet; empty where it goes on.
SELECT latest_fail_reason FROM system.mutations WHERE database = currentDatabase() AND NOT is_done
