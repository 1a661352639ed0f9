INSERT INTO names (name, count, first_seen, last_seen)
VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
    count = count + excluded.count,
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen)
