"""Tables, for a terminal or in Markdown."""

from load import bytes_text
from matrix import USUAL
from targets import judged


def table(head, rows, markdown):
    rows = [[str(value) for value in row] for row in rows]
    if markdown:
        lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    return "\n".join(aligned(line, widths) for line in [head, *rows])


def aligned(line, widths):
    """The first column to the left, the others to the right."""
    padded = [(value, " " * (size - len(value))) for value, size in zip(line, widths)]
    texts = [pad + value if index else value + pad for index, (value, pad) in enumerate(padded)]
    return "  ".join(texts).rstrip()


def comparison(matrix):
    """A table a load: medians over the rounds, and how many times faster Levelwind is."""
    for cell in matrix.cells:
        yield table(*details(matrix, cell), markdown=False)
    yield from notes(matrix)


def details(matrix, cell):
    """The head and the rows of a load's table."""
    head = [str(cell), "deliveries/s", "Levelwind ×", "p50", "p99", "CPU/delivery", "peak memory",
            "drain", "visible", "failed"]
    rows = []
    for kind in matrix.kinds:
        result, ratio = matrix.medians(cell, kind.name), matrix.ratio(cell, kind.name)
        if result:
            rows.append([
                kind.name, f"{result.rate:,.0f}", f"{ratio:.2f}" if ratio else "",
                milliseconds(result.p50), milliseconds(result.p99), microseconds(result.cpu),
                mebibytes(result.memory), milliseconds(result.drain), visible(result),
                f"{result.failed:.0f}"])
    return head, rows


def overview(matrix):
    """In Markdown: a table a size, with deliveries a second; and one load in detail."""
    plain = [cell for cell in matrix.cells if cell.incoming == 1]
    for size in dict.fromkeys(cell.size for cell in plain):
        cells = [cell for cell in plain if cell.size == size]
        head = [f"deliveries/s of {bytes_text(size)} (Levelwind ×)"]
        head += [f"{cell.connections} connection{'s' * (cell.connections > 1)}" for cell in cells]
        rows = [[f"{kind.name}: {kind.about}", *(brief(matrix, cell, kind) for cell in cells)]
                for kind in matrix.kinds if not kind.is_variant]
        yield table(head, rows, markdown=True)
    if USUAL in matrix.cells:
        yield table(*details(matrix, USUAL), markdown=True)
    yield from notes(matrix)


def notes(matrix):
    """What a table alone would tell wrongly."""
    handicaps = [f"{kind.name} is at a disadvantage here: {kind.handicap}."
                 for kind in matrix.kinds if kind.handicap]
    if handicaps:
        yield "\n".join(handicaps)


def visible(result):
    """Median and 99th percentile; nothing if they were not measured."""
    times = [result.visible_p50, result.visible_p99]
    return "" if None in times else " / ".join(map(milliseconds, times))


def brief(matrix, cell, kind):
    result, ratio = matrix.medians(cell, kind.name), matrix.ratio(cell, kind.name)
    if not result:
        return "–"
    return f"{result.rate:,.0f}" + (f" ({ratio:.2f})" if ratio and kind.name != "levelwind" else "")


def targets(matrix, markdown):
    """Nothing if none was measured."""
    rows = [[text, asked, there, {True: "met", False: "NOT MET", None: ""}[met]]
            for text, asked, there, met in judged(matrix)]
    if rows:
        yield table(["target, 1 KiB unless said", "asked", "measured", ""], rows, markdown)


def growth(title, lines, markdown):
    """How one thing grows. A line is what it is called and its medians."""
    head = [title, "deliveries/s", "× the first", "p50", "p99", "CPU/delivery", "start",
            "memory then", "peak memory"]
    first = lines[0][1].rate
    rows = [[text, f"{result.rate:,.0f}", f"{result.rate / first:.2f}", milliseconds(result.p50),
             milliseconds(result.p99), microseconds(result.cpu), f"{result.start:.2f} s",
             mebibytes(result.start_memory), mebibytes(result.memory)] for text, result in lines]
    yield table(head, rows, markdown)


def milliseconds(seconds):
    count = seconds * 1000
    return f"{count:.0f} ms" if count >= 100 else f"{count:.3g} ms"


def microseconds(seconds):
    return f"{seconds * 1e6:.0f} µs"


def mebibytes(count):
    return f"{count / (1 << 20):.1f} MiB"
