"""Files in a folder of the data directory."""
