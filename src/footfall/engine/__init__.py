"""The engine: reads the journal in order and derives everything else from it."""
