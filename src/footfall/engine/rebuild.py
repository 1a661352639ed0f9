"""Everything that is derived, computed anew from the journal."""

from __future__ import annotations

from collections.abc import Callable

from footfall.engine.pipeline import Pipeline
from footfall.engine.read_ahead import ReadAhead
from footfall.ports import Journal

Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""


def replay(journal: Journal, pipeline: Pipeline, max_batch: int, progress: Progress) -> None:
    """Apply all that the journal holds now and that the pipeline's stores lack.

    On empty stores the result is identical to what a running engine derives, whatever `max_batch`.
    """
    head = journal.head()
    progress(pipeline.position, head)
    with ReadAhead(journal, max_batch, lambda _step, _seconds: None) as upcoming:
        while pipeline.position < head:
            pipeline.apply(upcoming.after(pipeline.position), writing=upcoming.writing)
            progress(pipeline.position, head)
