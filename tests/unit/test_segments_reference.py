"""The page about definitions is true: its examples are definitions and find whom it says."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from footfall.errors import InvalidParameter
from footfall.segments.definition import Condition
from footfall.segments.evaluation import evaluate
from footfall.segments.operators import Test
from footfall.segments.reading import read_definition
from footfall.segments.windows import Period, Window
from tests.unit.segment_examples import PAGE, Example, examples, sample

EXAMPLES = examples()
SAMPLE = sample()


@pytest.mark.parametrize("example", [one for one in EXAMPLES if not one.refused_at])
def test_examples_find_whom_the_page_says(example: Example) -> None:
    """Each example finds exactly the contacts that stand under it, which are some, but not all."""
    definition = read_definition(example.definition)
    found = {
        contact.id
        for contact in SAMPLE.contacts
        if evaluate(
            definition, contact, SAMPLE.events[contact.id], SAMPLE.now, SAMPLE.context(contact)
        )
    }
    assert found == example.finds
    assert 0 < len(found) < len(SAMPLE.contacts)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.refused_at])
def test_refusals_are_as_the_page_says(example: Example) -> None:
    """What the page calls refused is refused, at the place and with the words that it shows."""
    with pytest.raises(InvalidParameter) as refusal:
        read_definition(example.definition)
    assert refusal.value.path == example.refused_at
    assert f"`{refusal.value.message}`" in PAGE.read_text("utf-8")


def test_every_kind_of_condition_has_an_example() -> None:
    """No type of condition, operator, window or period is missing among the examples' words."""
    text = json.dumps([example.definition for example in EXAMPLES])
    for kind in (*get_args(Condition), *get_args(Test), *get_args(Window)):
        tag = str(kind.__struct_config__.tag)
        assert f'"{tag}"' in text or f"`{tag}`" in PAGE.read_text("utf-8"), tag
    for kind in get_args(Condition):
        assert f'"type": "{kind.__struct_config__.tag}"' in text
    for period in get_args(Period):
        assert f"`{period}`" in PAGE.read_text("utf-8")
