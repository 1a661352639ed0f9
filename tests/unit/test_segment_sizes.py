"""How many members a segment had over time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from footfall.segments.sizes import Move, sizes

STRETCHES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=20)


@given(before=st.integers(0, 100), moves=STRETCHES)
def test_sizes_lead_from_the_first_to_the_last(before: int, moves: list[tuple[int, int]]) -> None:
    """Each stretch ends with as many as it began with, and who entered, less who left."""
    expected, size = [], before
    for start, (entered, wanted) in enumerate(moves):
        left = min(wanted, size + entered)
        size += entered - left
        expected.append(Move(start, entered, left, size))
    stretches = [(move.start, move.entered, move.left) for move in expected]
    assert sizes(size, stretches) == (before, expected)


def test_there_were_never_less_than_none() -> None:
    """Where more entered than there are, as where their leaving is not known, there was nobody."""
    assert sizes(1, [(0, 1, 0), (1, 5, 0)]) == (0, [Move(0, 1, 0, 0), Move(1, 5, 0, 1)])
