"""One run: one contender, one kind of load, from empty folders to a checked result."""

import contextlib
import dataclasses
import os
import shutil
import time

import visible
from front import Front
from load import Message, Void
from machine import run


@dataclasses.dataclass
class Result:
    """What a run came to. Rates are deliveries a second, times seconds, memory bytes."""

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: int
    #: From the start of its process to its first 2xx.
    start: float
    #: Memory at that moment.
    start_memory: int
    #: From the end of the load to the moment in which the last task was visible.
    drain: float
    failed: int
    #: From an answer to the moment in which its task was visible, at most; None if not measured.
    visible_p50: float | None = None
    visible_p99: float | None = None


@dataclasses.dataclass
class Place:
    """Folders of a run: the configurations, what is stored, the built programs, what is kept."""

    site: str
    store: str
    products: str
    cache: str


class Bench:
    """Runs contenders. `folder` is for configurations and logs, `disk` is what is measured."""

    def __init__(self, folder, disk, products, cache):
        self._folder = folder
        self._disk = disk
        self._products = products
        self._cache = cache

    def measure(self, kind, cell, seconds):
        place = Place(os.path.join(self._folder, "site"), os.path.join(self._disk, "store"),
                      self._products, self._cache)
        with contextlib.ExitStack() as undo:
            for path in (place.site, place.store):
                os.makedirs(path)
                undo.callback(shutil.rmtree, path, ignore_errors=True)
            os.chmod(place.store, 0o711)
            return self._measure(kind, place, cell, seconds, undo)

    def _measure(self, kind, place, cell, seconds, undo):
        message = Message(cell.size, place.site)
        front = Front(place.site)
        contender = kind(place, front, cell)
        contender.configure()
        begin = time.time()
        responder = contender.start()
        undo.callback(responder.stop)
        front.start()
        undo.callback(front.stop)
        front.wait_until_it_answers(message.body, message.headers, responder)
        start, start_memory = time.time() - begin, responder.memory("VmRSS")

        if cell.waiting:
            # There has to be a task that can be copied.
            settle(front, contender, 0)
            contender.fill(cell.waiting)
        # What was left to be written before is not this run's affair.
        run(["sync", "--file-system", place.store])
        message.send(front.port, cell.connections, 1)
        watch = contender.tells_id and cell in visible.CELLS and visible.Watch(message, place.site)
        if watch:
            watch.send(front.port, cell.connections)
        before, failed_before = settle(front, contender, cell.waiting)
        visible_p50, visible_p99 = watch.times(contender) if watch else (None, None)
        cpu, begin = responder.cpu(), time.time()
        load = message.send(front.port, cell.connections, seconds)
        ended = time.time()
        front.finish()
        good, failed = front.answers()
        drained = drain(contender, cell.waiting + good, ended)
        cpu = responder.cpu() - cpu
        memory = responder.memory()
        check(contender, cell.waiting + good, failed, message.body)
        good -= before
        if not 0 < load["good"] <= good:
            raise Void(f"the clients saw {load['good']} × 2xx, nginx {good}")
        return Result(
            rate=load["good"] / (drained - begin), p50=load["p50"], p99=load["p99"],
            cpu=cpu / good, memory=memory, start=start, start_memory=start_memory,
            drain=drained - ended, failed=failed - failed_before + load["broken"],
            visible_p50=visible_p50, visible_p99=visible_p99)


def settle(front, contender, waiting):
    """Waits until all that was sent so far is answered and stored; how many answers there were."""
    end = time.monotonic() + 60
    seen = -1
    while time.monotonic() < end:
        (good, failed), stored = front.answers(), contender.stored()
        if good + failed == seen and (stored is None or stored >= waiting + good):
            return good, failed
        seen = good + failed
        time.sleep(0.3)
    raise Void(f"{good} were acknowledged, {stored - waiting} are stored a minute later")


def drain(contender, expected, ended):
    """Waits until all that was acknowledged is visible; gives back the moment in which it was."""
    if contender.stored() is None:
        return ended
    end = time.monotonic() + 60
    while contender.stored() < expected:
        if time.monotonic() > end:
            found = contender.stored()
            raise Void(f"{expected} were acknowledged, {found} are stored a minute later")
        time.sleep(0.05)
    return max(ended, contender.last_stored() or 0)


def check(contender, acknowledged, failed, body):
    """A benchmark that loses deliveries is void. What got no 2xx may be there or not."""
    whole = contender.whole(body)
    if whole is not None and not acknowledged <= whole <= acknowledged + failed:
        raise Void(f"{acknowledged} were acknowledged, {failed} were not, {whole} are stored whole")
