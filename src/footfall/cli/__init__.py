"""The command: one file per command, each importing what it runs only when it runs."""
