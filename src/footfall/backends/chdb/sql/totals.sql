-- What two tables with the same rows must answer alike, for positions after one up to another.
SELECT
    count(),
    uniqExact(position),
    sum(cityHash64(
        position, received_at, event_date, nanos, name, contact_id,
        object_type, object_identifiers, contact_properties, properties
    ))
FROM {table:Identifier}
WHERE position > {after:UInt64} AND position <= {last:UInt64}
