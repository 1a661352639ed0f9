"""The benchmark's own parts; `make bench-quick` runs it whole."""
