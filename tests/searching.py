"""How many examples a test takes where the profile's number does not suit it."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

DEFAULT_EXAMPLES: Final = 60
"""Of a test that says nothing of it, in the profile `default`."""


def examples(count: int) -> int:
    """`count` in the profile `default`, and in another as many times more as that one takes."""
    return max(1, count * settings().max_examples // DEFAULT_EXAMPLES)
