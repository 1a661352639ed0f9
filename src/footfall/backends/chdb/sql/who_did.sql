SELECT DISTINCT contact_id
FROM events
WHERE
    name IN {names:Array(String)}
    AND event_date >= {earliest:Int64}
    AND event_date >= transform(name, {names:Array(String)}, {since:Array(Int64)}, toInt64(0))
    AND position <= {up_to:UInt64}
