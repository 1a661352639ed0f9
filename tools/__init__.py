"""What the repository needs for its own upkeep; not part of the package."""
