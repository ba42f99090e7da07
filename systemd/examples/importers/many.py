#!/usr/bin/env python3
# many.py SPOOL TARGET: any number may run at once.
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
for task in sorted((spool / "new").glob("[!.]*.json")):
    if task.is_symlink() or not task.is_file():  # another was faster, or not a task
        continue
    try:
        claimed = task.rename(spool / "cur" / task.name)
    except FileNotFoundError:  # another was faster
        continue
    try:
        (target / f".{task.stem}").write_bytes(body(claimed))
        (target / f".{task.stem}").rename(target / task.stem)
        claimed.unlink()
    except (OSError, ValueError) as error:
        (spool / "failed" / f"{task.name}.reason").write_text(f"{error}\n")
        claimed.rename(spool / "failed" / task.name)
