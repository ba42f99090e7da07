"""How long after its answer a delivery becomes visible to importers."""

import glob
import os
import time

from load import Cell, Void

#: The loads under which it is looked at.
CELLS = [Cell(1024, 1), Cell(1024, 64)]
SECONDS = 3
#: The clock that names are dated by is behind the real one by so many nanoseconds at the most.
TICK = round(time.clock_getres(5) * 1e9)  # CLOCK_REALTIME_COARSE


class Watch:
    """Sends deliveries for a while, whose clients note when each was answered."""

    def __init__(self, message, folder):
        self._message = message
        self._path = os.path.join(folder, "answers")

    def send(self, port, connections):
        self._message.send(port, connections, SECONDS, answers=self._path)

    def times(self, contender):
        """Median and 99th percentile of the seconds from an answer to the name, rounded up.

        A name's time is when it was given: a rename sets the file's ctime. Called once all are there.
        """
        named = contender.named()
        waits = []
        for path in glob.glob(f"{self._path}.*"):
            with open(path) as file:
                for line in file:
                    answered, delivery = line.split()
                    key = contender.key(delivery)
                    if key not in named:
                        raise Void(f"{delivery} was acknowledged, and has no task")
                    waits.append(max(0, named[key] + TICK - int(answered)))
        if not waits:
            raise Void("no delivery was acknowledged while answers were noted")
        waits.sort()
        return tuple(waits[int(len(waits) * share)] / 1e9 for share in (0.5, 0.99))
