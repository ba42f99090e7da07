"""What it costs as things grow: Levelwind alone, one thing at a time."""

import report
from contenders import Levelwind
from load import Cell, bytes_text
from matrix import Matrix

BASE = Cell(1024, 16)
GROUPS = [
    ("webhooks configured", [
        ("1", BASE), ("10,000", Cell(1024, 16, webhooks=10_000))]),
    ("tasks waiting in the spool", [
        ("none", BASE), ("100,000", Cell(1024, 16, waiting=100_000))]),
    ("incoming configurations a delivery", [
        ("1", BASE), *((str(count), Cell(1024, 16, incoming=count)) for count in (2, 4, 8, 16))]),
    ("body, 4 connections", [
        (bytes_text(size), Cell(size, 4)) for size in (1 << 10, 64 << 10, 1 << 20, 10 << 20)]),
]


def measure(bench, rounds, seconds):
    cells = list(dict.fromkeys(cell for _, lines in GROUPS for _, cell in lines))
    matrix = Matrix(cells, [Levelwind])
    matrix.run(bench, rounds, seconds)
    return matrix


def tables(matrix, markdown):
    for title, lines in GROUPS:
        found = [(text, matrix.medians(cell, Levelwind.name)) for text, cell in lines]
        found = [(text, result) for text, result in found if result]
        if found:
            yield from report.growth(title, found, markdown)
