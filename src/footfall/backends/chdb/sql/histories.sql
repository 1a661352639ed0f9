SELECT contact_id, position, event_date, nanos, name, properties, received_at
FROM {table:Identifier}
WHERE
    contact_id IN {contact_ids:Array(UInt64)}
    AND name IN {names:Array(String)}
    AND event_date >= {earliest:Int64}
    AND event_date >= transform(name, {names:Array(String)}, {since:Array(Int64)}, toInt64(0))
    AND position <= {up_to:UInt64}
