"""Where the contenders store: on a journalled file system of our own, if that can be had."""

import contextlib
import os
import statistics
import subprocess
import time

from machine import say, shout, run


@contextlib.contextmanager
def journalled(cache, mount, gib):
    """ext4 with a journal on a loop device over a zero-filled file, mounted while this lasts.

    Gives back what to call it. Where it can't be made, `mount` is an ordinary folder.
    """
    with contextlib.ExitStack() as undo:
        os.makedirs(mount)
        try:
            yield _make(undo, os.path.join(cache, f"ext4.{os.getpid()}"), mount, gib)
            return
        except Unavailable as error:
            undo.close()
            reason = str(error)
        shout(f"NO JOURNALLED FILE SYSTEM: {reason}.",
              f"Measuring on {kind(mount)} at {mount} instead. Where that has no journal, or is",
              "memory, a flush costs and means little: don't compare these figures with others.")
        yield f"{kind(mount)} ({reason})"


class Unavailable(Exception):
    pass


def _make(undo, image, mount, gib):
    if os.geteuid() != 0:
        raise Unavailable("making one takes root")
    say(f"Making an ext4 file system of {gib} GiB on a loop device")
    undo.callback(_remove, image)
    try:
        # Written, not only allocated: else the first write to a block also changes the file's map.
        run(["dd", "if=/dev/zero", f"of={image}", "bs=16M", f"count={gib * 64}", "conv=fsync"])
        run(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image])
        # Past the page cache, or what was flushed within would only be in memory without.
        device = run(["losetup", "--find", "--show", "--direct-io=on", image]).strip()
        undo.callback(run, ["losetup", "--detach", device])
        run(["mount", device, mount])
        undo.callback(_unmount, mount)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", None) or str(error)).strip()
        raise Unavailable(reason.splitlines()[0]) from None
    with open(f"/sys/block/{os.path.basename(device)}/loop/dio") as file:
        if file.read().strip() != "1":
            shout("The loop device goes through the page cache: flushes are too cheap.")
    return f"ext4 with a journal, {gib} GiB on a loop device over {kind(image)}"


def _remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _unmount(mount):
    for _ in range(50):
        if subprocess.run(["umount", mount], capture_output=True).returncode == 0:
            return
        time.sleep(0.2)
    shout(f"{mount} is busy; it is unmounted when its last user ends")
    run(["umount", "--lazy", mount])


def kind(path):
    """The type of the file system that a path lies on."""
    return run(["findmnt", "--noheadings", "--output", "FSTYPE", "--target", path]).strip()


def flush_time(folder):
    """Seconds that writing 4 KiB and flushing them takes there: the median of 100."""
    path = os.path.join(folder, "flush")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    times = []
    for _ in range(100):
        begin = time.perf_counter()
        os.write(descriptor, bytes(4096))
        os.fdatasync(descriptor)
        times.append(time.perf_counter() - begin)
    os.close(descriptor)
    os.unlink(path)
    return statistics.median(times)
