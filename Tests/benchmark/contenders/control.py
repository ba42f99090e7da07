"""The honest control: a small C program over libfcgi, as durable as Levelwind."""

import os

from contenders.contender import FileContender
from load import SECRET
from machine import TESTS, run


#: As many as Levelwind has by default; control.c says the same.
THREADS = 64


class Control(FileContender):
    name = "control"
    about = "a small C program, 64 threads: check, write, fsync file and directory, rename, answer"
    packages = ["gcc", "libc6-dev", "libssl-dev"]

    def configure(self):
        self.make_folders()
        # A thread of libfcgi serves one connection, and waits on a kept one for its next request.
        # Where the workers of nginx could keep more of them than it has threads, some would go unheard.
        if self.cell.connections * os.cpu_count() > THREADS:
            self.front.change("snippets/levelwind.conf", "fastcgi_keep_conn on;",
                              "fastcgi_keep_conn off;")
        self.program = os.path.join(self.place.cache, "control")
        run(["gcc", "-O2", "-o", self.program,
             os.path.join(TESTS, "benchmark", "control", "control.c"), "-lfcgi", "-lcrypto"])

    def command(self):
        return [self.program, self.front.socket]

    def environment(self):
        return {"SECRET": SECRET, "STORE": self.place.store}
