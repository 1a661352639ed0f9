INSERT INTO segments
    (id, name, category, definition, state, revision, created_at, updated_at, size, former)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    category = excluded.category,
    definition = excluded.definition,
    state = excluded.state,
    revision = excluded.revision,
    updated_at = excluded.updated_at,
    size = excluded.size,
    former = excluded.former
