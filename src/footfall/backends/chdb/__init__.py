"""The event store on chDB: ClickHouse within the process."""
