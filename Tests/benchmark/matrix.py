"""The comparison: every contender under every load, in turn, several rounds."""

import dataclasses
import statistics

from load import Cell, Void
from machine import say
from measure import Result


#: The load that the details are of.
USUAL = Cell(1024, 64)


class Matrix:
    """Results by load and contender, a list of rounds each; None is a run that was void."""

    def __init__(self, cells, kinds):
        self.cells = cells
        self.kinds = kinds
        self.results = {(cell, kind.name): [] for cell in cells for kind in kinds
                        if (cell.incoming == 1 or kind.has_incoming)
                        and (cell == USUAL or not kind.is_variant)}
        self.voids = []

    def run(self, bench, rounds, seconds):
        for number in range(1, rounds + 1):
            for cell in self.cells:
                for kind in self.kinds:
                    if (cell, kind.name) in self.results:
                        self._run(bench, kind, cell, seconds, f"round {number} of {rounds}, {cell}")

    def _run(self, bench, kind, cell, seconds, title):
        try:
            result = bench.measure(kind, cell, seconds)
            say(f"{title}: {kind.name} {result.rate:.0f}/s")
        except Void as error:
            result = None
            self.voids.append(f"{title}: {kind.name}: {error}")
            say(f"VOID, {self.voids[-1]}")
        self.results[cell, kind.name].append(result)

    def rounds(self, cell, name):
        """The rounds that count."""
        return [result for result in self.results.get((cell, name), []) if result]

    def medians(self, cell, name):
        """A result of medians; None if no round counts."""
        rounds = self.rounds(cell, name)
        return rounds and Result(**{
            field.name: median([getattr(result, field.name) for result in rounds])
            for field in dataclasses.fields(Result)}) or None

    def ratio(self, cell, name, figure="rate", of="levelwind"):
        """The median over the rounds of a figure of `of` divided by `name`'s of the same round."""
        pairs = zip(self.results.get((cell, of), []), self.results.get((cell, name), []))
        ratios = [getattr(a, figure) / getattr(b, figure) for a, b in pairs if a and b]
        return statistics.median(ratios) if ratios else None


def median(values):
    """None if one of them was not measured."""
    return None if None in values else statistics.median(values)


def cells(sizes, connections, incoming):
    """All of them; and with one incoming configuration a delivery, four of them in one cell."""
    found = [Cell(size, count, number)
             for size in sizes for number in incoming for count in connections]
    four = Cell(1024, 64, 4)
    if incoming == [1] and USUAL in found and len(found) > 2:
        found.append(four)
    return found
