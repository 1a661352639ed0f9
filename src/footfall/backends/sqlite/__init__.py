"""Stores in SQLite files: the journal, the keys and the directory of the embedded mode."""
