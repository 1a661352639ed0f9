-- Whole stretches of positions, so long that each has some 16 of the name: neighbours share what must
-- be read of the properties.
SELECT
    position, received_at, event_date, nanos, name, contact_id,
    object_type, object_identifiers, contact_properties, properties
FROM events
PREWHERE name IN {names:Array(String)} AND (
    position > {since:UInt64}
    OR intDiv(position, transform(name, {names:Array(String)}, {stretches:Array(UInt64)}, 1))
        % transform(name, {names:Array(String)}, {one_in:Array(UInt64)}, 1) = 0
)
WHERE length(properties) <= 16384
ORDER BY position DESC
LIMIT {per_name:UInt64} BY name
