-- How many bytes of text stand in each stretch of so many positions, in order.
SELECT
    intDiv(position, {step:UInt64}) AS stretch,
    sum(length(properties) + length(contact_properties) + length(object_identifiers) + 200)
FROM events
GROUP BY stretch
ORDER BY stretch
