#!/usr/bin/env python3
# postgresql.py CONNECTION TARGET [--once]: one of several consumers of the table of levelwind-relay.
# Its work: each body, byte for byte, into TARGET/<id>. It needs `notify: levelwind_tasks` in the relay.
import os, pathlib, select, sys
import psycopg2

NEXT = """
    SELECT id::text, body FROM levelwind_tasks WHERE processed IS NULL
    ORDER BY time, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
DONE = "UPDATE levelwind_tasks SET processed = now() WHERE id = %s"

def work(connection, target):
    """Does one task in a transaction, which locks its row. Returns False if there is none."""
    with connection, connection.cursor() as cursor:
        cursor.execute(NEXT)
        row = cursor.fetchone()
        if row is None:
            return False
        id, body = row
        (target / f".{id}").write_bytes(body)
        os.rename(target / f".{id}", target / id)
        cursor.execute(DONE, (id,))
    return True

target = pathlib.Path(sys.argv[2])
connection = psycopg2.connect(sys.argv[1])
with connection, connection.cursor() as cursor:
    cursor.execute("LISTEN levelwind_tasks")
while True:
    while work(connection, target):
        pass
    if "--once" in sys.argv:
        break
    # A minute at most: a row that another consumer failed on is free again, and nothing tells of it.
    select.select([connection], [], [], 60)
    connection.poll()
    connection.notifies.clear()
