"""What `make profile` makes of samples."""

from __future__ import annotations

from tools.profiling import own_time


def test_own_time_leaves_out_waiting_and_adds_up_lines_of_one_function() -> None:
    """The last frame of a stack has the time, whatever its line; who waits is not at work."""
    samples = (
        "run (a/main.py:1);check (footfall/admission.py:10) 6\n"
        "run (a/main.py:2);check (footfall/admission.py:11) 3\n"
        "run (a/main.py:2);write (footfall/front/writer.py:7) 1\n"
        "run (a/main.py:2);Runner.run (asyncio/runners.py:118) 90\n"
    )
    assert own_time(samples) == [
        ("check (footfall/admission.py)", 90.0),
        ("write (footfall/front/writer.py)", 10.0),
    ]
