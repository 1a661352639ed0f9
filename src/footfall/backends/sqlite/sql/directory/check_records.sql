SELECT count(*)
FROM object_types
WHERE
    size <> (SELECT count(*) FROM object_records WHERE object_type = name)
    OR next_id <= (SELECT coalesce(max(id), 0) FROM object_records WHERE object_type = name)
