"""Writes the README's figures anew from the result that `make bench` left as JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from footfall.bench.report import notes, shown, target
from footfall.bench.result import Figure, Result

ROOT: Final = Path(__file__).parent.parent
RESULT: Final = ROOT / "build" / "bench.json"
README: Final = ROOT / "README.md"
_FIGURES: Final = re.compile(
    r"(?<=<!-- figures: filled by make figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL
)
_MARKS: Final = {True: "met", False: "**not met**", None: ""}


def figures(result: Result) -> str:
    """The figures as Markdown, with the machine that they were measured on."""
    cores = result.machine.cores
    intake = "\n".join(
        f"| {one.connections} | {one.footfall.per_second:,.0f} | {one.footfall.p50_ms:.1f} "
        f"| {one.footfall.p99_ms:.1f} | {one.nginx.per_second:,.0f} "
        f"| {one.ratio:.2f} ({one.lowest:.2f} to {one.highest:.2f}) |"
        for one in result.intake
    )
    rows = "\n".join(_row(figure) for figure in result.figures)
    return f"""Single events of about 600 bytes, each answered after its commit, with wrk, front and
engine on the same {cores} cores; nginx answers 204 and does nothing else. Of several turns in
alternation the one with the median ratio:

| connections | events/s | p50 ms | p99 ms | nginx 204/s | ratio |
|---:|---:|---:|---:|---:|---:|
{intake}

Who used the processors meanwhile, in microseconds an event:

{_costs(result)}

What we want to reach on two cores, and where it stands:

| what | figure | target | | beside |
|---|---:|---:|---|---|
{rows}

{" ".join(notes(result))} Printed by `make bench`: run it on yours, and judge by the ratios.
"""


def _costs(result: Result) -> str:
    names = list(result.intake[0].cost)
    head = f"| connections | {' | '.join(names)} | cores busy |"
    lines = [head, "|---:" * (len(names) + 2) + "|"]
    for one in result.intake:
        costs = " | ".join(shown(each) for each in one.cost.values())
        lines.append(f"| {one.connections} | {costs} | {one.cores:.1f} |")
    return "\n".join(lines)


def _row(one: Figure) -> str:
    mark = _MARKS[one.is_met]
    return f"| {one.name} | {shown(one.value)} {one.unit} | {target(one)} | {mark} | {one.beside} |"


def main() -> None:
    """Put the figures between their marks in the README."""
    result = msgspec.json.decode(RESULT.read_bytes(), type=Result)
    if result.accepted != result.applied:
        raise SystemExit(f"Accepted {result.accepted}, applied {result.applied}: no figure counts.")
    text, marks = _FIGURES.subn(lambda _: figures(result), README.read_text("utf-8"))
    if marks != 1:
        raise SystemExit("README.md lacks the marks between which the figures go.")
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
