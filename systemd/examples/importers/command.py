#!/usr/bin/env python3
# command.py TARGET, run over each task by:
#     levelwind task drain stock-updates --stdin body -- ./command.py TARGET
# Its work: the body, byte for byte, into TARGET/<id>.
import os, pathlib, sys

target, task = pathlib.Path(sys.argv[1]), os.environ["LEVELWIND_ID"]
body = sys.stdin.buffer.read()
if not body:
    print("an empty body from", os.environ["LEVELWIND_WEBHOOK"], file=sys.stderr)
    sys.exit(65)  # never
try:
    (target / f".{task}").write_bytes(body)
    (target / f".{task}").rename(target / task)
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(75)  # not now
