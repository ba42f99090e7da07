#!/usr/bin/env python3
# single.py SPOOL TARGET: the only importer of a spool.
# Its work: each body, byte for byte, into TARGET/<id>.
import base64, json, os, pathlib, re, sys

def body(task):
    """The sender's exact bytes: the body is the last member of the document."""
    form = rb'"bodyEncoding":"(\w+)","body":(.*)}}\n$'
    document = re.search(form, task.read_bytes(), re.DOTALL)
    if document is None:
        raise ValueError("not a task")
    if document[1] == b"json":
        return document[2]
    text = json.loads(document[2])
    return base64.b64decode(text) if document[1] == b"base64" else text.encode()

spool, target = map(pathlib.Path, sys.argv[1:])
if not os.access(spool / "new", os.R_OK | os.X_OK):
    sys.exit(f"{spool}/new can't be read")
result = 0
for task in sorted((spool / "new").glob("[!.]*.json")):
    if task.is_symlink() or not task.is_file():  # not a task
        continue
    try:
        (target / f".{task.stem}").write_bytes(body(task))
        (target / f".{task.stem}").rename(target / task.stem)
        task.unlink()
    except (OSError, ValueError) as error:
        print(f"{task}: not done, tried again next time: {error}", file=sys.stderr)
        result = 75
sys.exit(result)
