"""Paths into an event's properties: `duration`, `cart.currency`, `cart.items[].sku`."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

MAX_STEPS: Final = 20
MAX_LENGTH: Final = 1_000

_STEP = re.compile(r"([A-Za-z0-9_-]{1,255})((?:\[\])*)", re.ASCII).fullmatch


class Missing:
    """What stands where a path leads nowhere; there is one of it."""


MISSING: Final = Missing()


class Path(NamedTuple):
    """A path that was read: keys through the arrays it passes, and the keys that are left.

    `cart.items[].offer.code` is (("cart", "items"),) and ("offer", "code"). A key never has a dot,
    because intake refuses one, so a dot always parts two keys.
    """

    arrays: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]


@lru_cache(maxsize=4_096)
def parse_path(text: str) -> Path:
    """The path that the text names; raises ValueError where it names none."""
    steps = text.split(".")
    if len(text) > MAX_LENGTH or len(steps) > MAX_STEPS:
        raise ValueError(f"longer than {MAX_STEPS} keys or {MAX_LENGTH} characters")
    arrays: list[tuple[str, ...]] = []
    keys: list[str] = []
    for step in steps:
        match = _STEP(step)
        if match is None:
            raise ValueError(f"not a key: {step[:40]!r}")
        keys.append(match[1])
        for _ in range(len(match[2]) // 2):
            arrays.append(tuple(keys))
            keys.clear()
    return Path(tuple(arrays), tuple(keys))


def values(tree: Any, path: Path) -> list[Any]:
    """What stands at the path: one value, or one for each element of the arrays it passes.

    A value that is not there is `MISSING`. Where the path passes an array that is not there or no
    array, there are no elements.
    """
    roots = [tree]
    for keys in path.arrays:
        found = (_at(root, keys) for root in roots)
        roots = list(chain.from_iterable(part for part in found if isinstance(part, list)))
    return [_at(root, path.keys) for root in roots]


def _at(tree: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if not isinstance(tree, dict):
            return MISSING
        tree = tree.get(key, MISSING)
    return tree
