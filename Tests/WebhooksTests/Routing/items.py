"""Makes JSON documents, and says which bytes of each the items of a few jq paths are.

usage: items.py SEED COUNT [damaged]. Prints a line a document: its bytes in hexadecimal, then for each
path a blank and its items in hexadecimal, parted by commas ("-" for none). With "damaged", it prints
documents of which most are damaged, each with a blank and 1 if it is JSON all the same, or 0.

A value is a tuple of its text, its kind and its children by key or place, in the order of a reader
that takes the last of repeated names at the place of the first.
"""
import json
import random
import sys

NAMES = ["a", "b", "items", "", "é\n", "a.b", "日本", "x\"y"]


def white(dice):
    return "".join(dice.choice(" \t\r\n") for _ in range(dice.choice([0, 0, 0, 1, 2])))


def string(dice, text):
    """One of the ways to write it."""
    way = dice.randrange(3)
    if way == 0:
        return json.dumps(text)
    if way == 1:
        return json.dumps(text, ensure_ascii=False).replace("/", "\\/")
    return '"' + "".join(f"\\u{unit:04X}" for unit in units(text)) + '"'


def units(text):
    data = text.encode("utf-16-be")
    return [data[i] << 8 | data[i + 1] for i in range(0, len(data), 2)]


def scalar(dice):
    kind = dice.randrange(4)
    if kind == 0:
        return dice.choice(["null", "true", "false"]), "word", None
    if kind < 3:
        number = dice.choice(["0", "-0", "1.10", "1E+2", "123456789012345678901234567890", "-0.0e-0",
                              str(dice.randrange(10**30)), "1e400", "20000000000000000001"])
        return number, "number", None
    text = dice.choice(["", "x", "é", "\u0000", "𝄞", "[1,2]", "\"}", "\\", "\u2028", "😀/"])
    return string(dice, text), "string", None


def value(dice, depth):
    kind = dice.randrange(5) if depth else 4
    if kind >= 4 or depth == 0:
        return scalar(dice)
    count = dice.choice([0, 1, 2, 3, 5])
    if kind < 2:
        items = [value(dice, depth - 1) for _ in range(count)]
        parts = [white(dice) + item[0] + white(dice) for item in items]
        return "[" + (",".join(parts) or white(dice)) + "]", "array", dict(enumerate(items))
    children, parts = {}, []
    for _ in range(count):
        name, item = dice.choice(NAMES), value(dice, depth - 1)
        children[name] = item
        parts.append(white(dice) + string(dice, name) + white(dice) + ":" + white(dice) + item[0]
                     + white(dice))
    return "{" + (",".join(parts) or white(dice)) + "}", "object", children


def below(node):
    yield node
    for child in (node[2] or {}).values():
        yield from below(child)


def children(node):
    return list((node[2] or {}).values())


def member(node, name):
    item = node[2].get(name) if node[1] == "object" else None
    return [item] if item and item[0] != "null" else []


def elements(node):
    return children(node) if node[1] == "array" else []


PATHS = [
    lambda root: [root],
    children,
    lambda root: [item for child in children(root) for item in children(child)],
    lambda root: [item for item in below(root) if item[1] == "number"],
    lambda root: [item for item in below(root) if item[1] == "string"],
    lambda root: elements(root)[-1:],
    lambda root: elements(root)[1:-1],
    lambda root: member(root, "a") + member(root, "b"),
    lambda root: [item for node in below(root) for item in elements(node)[-2:]],
    lambda root: [item for node in below(root) for item in member(node, "é\n")],
    lambda root: [item for node in below(root) for item in elements(node)[2:][:1]],
]


MARKS = [b'"', b"\\", b",", b":", b"[", b"]", b"{", b"}", b"0", b"-", b".", b"e", b"\x00", b"\x1f", b"\x7f",
         b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\u", b"\\ud800", b"NaN", b"true", b" ",
         b"\x0b", b"\xc2\xa0", b"/**/", b"'", b"+1", b"01", b"1.", b"tru"]


def damaged(dice, document):
    """Changed at up to two places."""
    for _ in range(dice.choice([0, 1, 1, 2])):
        at = dice.randrange(len(document) + 1)
        document = document[:at] + dice.choice(MARKS + [b""]) + document[at + dice.randrange(2):]
    return document


def is_json(document):
    def refuse(word):
        raise ValueError(word)

    try:
        json.loads(document.decode(), parse_int=str, parse_float=str, parse_constant=refuse)
        return 1
    except ValueError:
        return 0


def main():
    dice = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        root = value(dice, 5)
        mark = "\ufeff" if dice.randrange(8) == 0 else ""
        document = mark + white(dice) + root[0] + white(dice)
        if sys.argv[3:] == ["damaged"]:
            document = damaged(dice, document.encode())
            print("x" + document.hex(), is_json(document))
            continue
        found = [",".join(item[0].encode().hex() for item in path(root)) or "-" for path in PATHS]
        print("x" + document.encode().hex(), *found)


main()
