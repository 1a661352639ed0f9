"""A definition as one ClickHouse statement. Values are bound to it, never written into it."""
