"""What the project set itself: ratios within one run, and a few bounds."""

import dataclasses

from load import Cell

ONE, MANY, FOUR = Cell(1024, 1), Cell(1024, 64), Cell(1024, 64, 4)


@dataclasses.dataclass(frozen=True)
class Ratio:
    """A figure of Levelwind's, or of a variant, divided by another contender's."""

    text: str
    cell: Cell
    against: str
    #: None where it is only to be known.
    least: float | None = None
    most: float | None = None
    figure: str = "rate"
    of: str = "levelwind"

    def measured(self, matrix):
        return matrix.ratio(self.cell, self.against, self.figure, self.of)

    @staticmethod
    def shown(value):
        return f"{value:.2f}"


@dataclasses.dataclass(frozen=True)
class Bound:
    """A figure of Levelwind's: seconds or bytes, shown in milliseconds or MiB."""

    text: str
    cell: Cell
    figure: str
    most: float
    unit: str = "ms"
    least: float | None = None

    def measured(self, matrix):
        result = matrix.medians(self.cell, "levelwind")
        return result and getattr(result, self.figure)

    def shown(self, value):
        return f"{value * 1000:.3g} ms" if self.unit == "ms" else f"{value / (1 << 20):.1f} MiB"


TARGETS = [
    Ratio("times php-fpm, 64 connections", MANY, "php-fpm", 3.0),
    Ratio("times php-fpm, 1 connection", ONE, "php-fpm", 1.8),
    Ratio("times the plain way, 64 connections", MANY, "plain", 2.3),
    Ratio("times the plain way, 4 incoming configurations a delivery, 64 connections", FOUR,
          "plain", 2.8),
    Ratio("times the control, 64 connections", MANY, "control"),
    Ratio("times webhook, 64 connections", MANY, "webhook", 20.0),
    Ratio("times hookspool, 64 connections", MANY, "hookspool", 15.0),
    Ratio("of the same front without flushes, 64 connections", MANY, "no-flush", 0.7),
    Ratio("with a log entry a delivery, of without, 64 connections", MANY, "levelwind", 0.9,
          of="logging"),
    Ratio("with a history, of without, 64 connections", MANY, "levelwind", 0.88, of="history"),
    Ratio("CPU time a delivery with a history, times without, 64 connections", MANY, "levelwind",
          most=1 / 0.85, figure="cpu", of="history"),
    Ratio("p99 with a history, times without, 64 connections", MANY, "levelwind", most=1.2,
          figure="p99", of="history"),
    Ratio("with a filter, of without, 64 connections", MANY, "levelwind", of="filter"),
    Ratio("p99, times php-fpm's, 64 connections", MANY, "php-fpm", most=0.7, figure="p99"),
    # 125 µs, where that one takes 32.
    Ratio("CPU time a delivery, times a responder's that only answers, 64 connections", MANY,
          "answer-only", most=3.9, figure="cpu"),
    Bound("from answer to new/, median, 1 connection", ONE, "visible_p50", 0.010),
    Bound("from answer to new/, 99th percentile, 64 connections", MANY, "visible_p99", 0.500),
    Bound("peak memory under 256 connections", Cell(1024, 256), "memory", 40 << 20, "MiB"),
    Bound("peak memory of four clients with bodies of 10 MiB", Cell(10 << 20, 4), "memory",
          140 << 20, "MiB"),
]


def judged(matrix):
    """Each target that was measured: what it is, what it asks, what there is, whether it is met."""
    for target in TARGETS:
        value = target.measured(matrix)
        if value is None:
            continue
        asked, met = "", None
        if target.least is not None:
            asked, met = f"≥ {target.least:g}", value >= target.least
        elif target.most is not None:
            asked = f"≤ {target.most:g}" if isinstance(target, Ratio) else (
                f"≤ {target.shown(target.most)}")
            met = value <= target.most
        yield target.text, asked, target.shown(value), met
