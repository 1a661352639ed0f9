"""The implementations of the ports."""
