DELETE FROM associations
WHERE object_type = ? AND id = ? AND other_type = ? AND other_id = ?
