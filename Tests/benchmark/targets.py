"""What the project set itself, as ratios within one run."""

import dataclasses

from measure import Cell


@dataclasses.dataclass(frozen=True)
class Target:
    text: str
    cell: Cell
    against: str
    #: None where it is only to be known.
    least: float | None
    of: str = "levelwind"


RATIOS = [
    Target("times the plain way, 64 connections", Cell(1024, 64), "plain", 2.0),
    Target("times php-fpm, 64 connections", Cell(1024, 64), "php-fpm", 3.0),
    Target("times webhook, 64 connections", Cell(1024, 64), "webhook", 20.0),
    Target("times hookspool, 64 connections", Cell(1024, 64), "hookspool", 15.0),
    Target("of the same front without flushes, 64 connections", Cell(1024, 64), "no-flush", 0.7),
    Target("times php-fpm, 1 connection", Cell(1024, 1), "php-fpm", 1.5),
    Target("with a log entry a delivery, of without, 64 connections", Cell(1024, 64), "levelwind",
           0.9, of="logging"),
    Target("with a filter, of without, 64 connections", Cell(1024, 64), "levelwind", None,
           of="filter"),
    Target("times the plain way, 4 incoming configurations a delivery, 64 connections",
           Cell(1024, 64, 4), "plain", 2.5),
]
MEMORY = 40 << 20


def judged(matrix):
    """Each target that was measured: what it is, what it asks, what there is, whether it is met."""
    for target in RATIOS:
        ratio = matrix.ratio(target.cell, target.against, of=target.of)
        if ratio is not None:
            asked = target.least and f"≥ {target.least:g}" or ""
            yield target.text, asked, f"{ratio:.2f}", target.least and ratio >= target.least
    ratio = matrix.ratio(Cell(1024, 64), "php-fpm", "p99")
    if ratio is not None:
        yield "p99, times php-fpm's, 64 connections", "≤ 1", f"{ratio:.2f}", ratio <= 1
    crowd = matrix.medians(Cell(1024, 256), "levelwind")
    if crowd:
        yield ("peak memory under 256 connections", f"< {MEMORY >> 20} MiB",
               f"{crowd.memory / (1 << 20):.1f} MiB", crowd.memory < MEMORY)
