"""PyPI's hookspool: SQLite, flushed at each commit."""

import contextlib
import os
import sqlite3

from contenders.contender import Contender
from front import free_port
from load import SECRET
from machine import environment, run


class Hookspool(Contender):
    name = "hookspool"
    about = "hookspool 0.2.0 intake: SQLite with synchronous=FULL"
    packages = ["python3-venv"]
    handicap = ("over kept connections each answer waits 44 ms (Nagle's algorithm, and delayed "
                "acknowledgements), so that each request gets a connection of its own here; and it "
                "dispatches to targets besides")

    def configure(self):
        self.programs = environment(os.path.join(self.place.cache, "hookspool"), "hookspool==0.2.0")
        port = free_port()
        # See `handicap`.
        self.front.pass_on_to(port, keepalive=False)
        self.configuration = self.template("hookspool/config.toml", "hookspool.toml", PORT=port)
        run([*self.hookspool("migrate")], env={**os.environ, **self.environment()})

    def hookspool(self, command):
        return [os.path.join(self.programs, "hookspool"), "--config", self.configuration, command]

    def command(self):
        return self.hookspool("intake")

    def environment(self):
        return {"HOOKSPOOL_HOME": self.place.store, "SECRET": SECRET}

    def stored(self):
        return self._ask("SELECT count(*) FROM events")

    def whole(self, body):
        return self._ask("SELECT count(*) FROM events WHERE raw = ?", body)

    def _ask(self, query, *values):
        database = sqlite3.connect(os.path.join(self.place.store, "spool.db"), timeout=60)
        with contextlib.closing(database):
            return database.execute(query, values).fetchone()[0]
