"""Debian's package webhook with a one-line script."""

import os

from contenders.contender import FileContender
from front import free_port
from load import SECRET
from machine import TESTS


class Webhook(FileContender):
    name = "webhook"
    about = "Debian's webhook 2.8.0 running a line of shell: write, rename, no flush"
    packages = ["webhook"]

    def configure(self):
        self.make_folders()
        self.port = free_port()
        self.front.pass_on_to(self.port, keepalive=True)

    def command(self):
        return ["webhook", "-template", "-hooks", self.file("hooks.json"), "-ip", "127.0.0.1",
                "-port", str(self.port)]

    def environment(self):
        return {"SCRIPT": self.file("store"), "SECRET": SECRET, "STORE": self.place.store}

    @staticmethod
    def file(name):
        return os.path.join(TESTS, "benchmark", "webhook", name)
