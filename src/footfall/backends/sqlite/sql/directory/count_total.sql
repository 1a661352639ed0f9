INSERT INTO totals (name, count)
VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET count = count + excluded.count
