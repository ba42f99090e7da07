"""What a contender is: how it is configured and started, and how what it stored is found again."""

import os
import shutil

from machine import TESTS
from process import Process


class Contender:
    """One receiver behind nginx. Each run gets a new one, in folders that are empty."""

    name = ""
    about = ""
    #: Debian packages that it needs.
    packages = []
    #: Products of ours that it needs.
    products = []
    #: Whether it takes part only where it is named.
    is_asked_for = False
    #: Whether it can store a delivery several times, for several importers.
    has_incoming = False
    #: Whether its answers say the id of the delivery, from which its task is found.
    tells_id = False
    #: What puts it at a disadvantage here; the tables say so.
    handicap = ""
    #: Whether it is another with something switched on: measured under one load alone.
    is_variant = False

    def __init__(self, place, front, cell):
        self.place = place
        self.front = front
        self.cell = cell

    def configure(self):
        """Writes its configuration, and changes nginx's where it is not Levelwind's."""

    def command(self):
        """The program and its arguments."""
        raise NotImplementedError

    def environment(self):
        return {}

    def start(self):
        return Process(self.command(), os.path.join(self.place.site, "log", f"{self.name}.log"),
                       self.environment())

    def stored(self):
        """How many deliveries are visible to importers."""
        raise NotImplementedError

    def last_stored(self):
        """When the last one became so; None if that is before its answer in any case."""
        return None

    def named(self):
        """When each delivery became visible, in nanoseconds since 1970, by its `key`."""
        raise NotImplementedError

    def whole(self, body):
        """How many of those that are stored hold this body, whole."""
        raise NotImplementedError

    def template(self, source, target, **values):
        """Copies a file of Tests/benchmark, with values in the place of @NAMES@."""
        with open(os.path.join(TESTS, "benchmark", source)) as file:
            text = file.read()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        path = os.path.join(self.place.site, target)
        with open(path, "w") as file:
            file.write(text)
        return path


class FileContender(Contender):
    """One that stores a file a delivery, in folders."""

    def folders(self):
        return [os.path.join(self.place.store, "new")]

    def make_folders(self, owner=None):
        for name in ("tmp", "new"):
            folder = os.path.join(self.place.store, name)
            os.makedirs(folder)
            if owner and os.geteuid() == 0:
                shutil.chown(folder, owner)

    def fill(self, count):
        """Lets so many more tasks wait: copies of the first one, with names that sort before it."""
        for folder in self.folders():
            first = os.path.join(folder, os.listdir(folder)[0])
            with open(first, "rb") as file:
                content = file.read()
            for number in range(count):
                path = os.path.join(folder, f"00000000-0000-7000-8000-{number:012x}.json")
                with open(path, "wb") as file:
                    file.write(content)

    def stored(self):
        """Of several folders, what is in all of them."""
        return min(len(os.listdir(folder)) for folder in self.folders())

    def whole(self, body):
        return min(self._whole(folder, body) for folder in self.folders())

    def _whole(self, folder, body):
        count = 0
        for entry in os.scandir(folder):
            with open(entry.path, "rb") as file:
                count += self.is_whole(file.read(), body)
        return count

    def is_whole(self, content, body):
        return content == body
