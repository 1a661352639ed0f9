"""Strategies for JSON as text: every way to write a value."""

from __future__ import annotations

import json

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

BLANKS = st.sampled_from(["", "", "", "", " ", "\n", "\t", "\r\n  "])
NAMES = st.one_of(
    st.sampled_from(["a", "b", "A", "_", "-", "0", "price", "eventDate", "x" * 255]),
    st.text("abcXYZ019_-", min_size=1, max_size=8),
)
BAD_NAMES = st.sampled_from(
    ["", "a b", "a.b", "é", "x" * 256, "a\n", "\u0000", '":', "a\\", "\uff58"]
)
CHARACTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.one_of(
    st.text(CHARACTERS, max_size=10),
    st.sampled_from(
        ["", '":', "\\", '"', "Prix : 1", '{"a":1,"a":2}', "\u2028", "😀", "/", "\x7f"]
    ),
)
NUMBERS = st.one_of(
    st.from_regex(r"-?(0|[1-9][0-9]{0,22})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.sampled_from(["0", "-0", "-0.0", "1.0", "1e2", "1E-400", "9" * 308, "12345678901234567890"]),
)
LITERALS = st.sampled_from(["true", "false", "null"])


def _escaped(text: str, way: int) -> str:
    """A text as JSON in one of the ways that mean the same."""
    if way == 0:
        return json.dumps(text, ensure_ascii=False)
    if way == 1:
        return json.dumps(text)
    if way == 2:
        return json.dumps(text, ensure_ascii=False).replace("/", "\\/")
    units = text.encode("utf-16-be")
    codes = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return '"' + "".join(f"\\u{code.upper() if way == 3 else code}" for code in codes) + '"'


def quoted(texts: SearchStrategy[str]) -> SearchStrategy[str]:
    """Texts as JSON, with or without escapes."""
    return st.builds(_escaped, texts, st.integers(0, 4))


def plainly(texts: SearchStrategy[str]) -> SearchStrategy[str]:
    """Texts as JSON, mostly without escapes."""
    return st.builds(_escaped, texts, st.sampled_from([0, 0, 0, 1, 3]))


SCALARS = st.one_of(quoted(WORDS), NUMBERS, LITERALS)


@st.composite
def joined(draw: st.DrawFn, items: list[str], brackets: str) -> str:
    """Items between brackets, with blanks wherever they may stand."""
    blank = BLANKS if draw(st.booleans()) else st.just("")
    inside = ",".join(f"{draw(blank)}{item}{draw(blank)}" for item in items)
    return f"{brackets[0]}{inside or draw(blank)}{brackets[1]}"


@st.composite
def objects(
    draw: st.DrawFn, values: SearchStrategy[str], names: SearchStrategy[str] = NAMES
) -> str:
    """An object whose keys are all different."""
    keys = draw(st.lists(names, unique=True, max_size=5))
    blank = BLANKS if draw(st.booleans()) else st.just("")
    pairs = [
        f"{draw(plainly(st.just(key)))}{draw(blank)}:{draw(blank)}{draw(values)}" for key in keys
    ]
    return draw(joined(pairs, "{}"))


@st.composite
def lists(draw: st.DrawFn, values: SearchStrategy[str]) -> str:
    """A list."""
    return draw(joined(draw(st.lists(values, max_size=4)), "[]"))


VALUES = st.recursive(SCALARS, lambda inner: objects(inner) | lists(inner), max_leaves=12)
PROPERTIES = objects(VALUES)
"""event_properties that keep every rule."""
