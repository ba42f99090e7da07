"""Programs that the benchmark runs, and what they cost."""

import os
import signal
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A program that runs until `stop`, with everything that it starts."""

    def __init__(self, command, log, environment=None):
        self.name = os.path.basename(command[0])
        self.log = log
        with open(log, "ab") as output:
            # In a session of its own: Ctrl-C is for the benchmark, which then stops it in its turn.
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})}, start_new_session=True)

    @property
    def is_running(self):
        return self._child.poll() is None

    def stop(self, kindly=signal.SIGTERM, patience=20):
        """Ends it, kindly first. True if that was enough."""
        if self.is_running:
            self._child.send_signal(kindly)
        try:
            self._child.wait(patience)
            return True
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            return False

    def cpu(self):
        """Seconds of processor time so far, those of its children included, ended ones too."""
        return sum(sum(ticks) for _, ticks in self._family()) / TICKS

    def memory(self, key="VmHWM"):
        """The most bytes that it had in memory, of several processes the sum. VmRSS: now."""
        return sum(_status(pid, key) for pid, _ in self._family())

    def _family(self):
        """The ids of its processes, with their ticks: user, system, and both of ended children."""
        everyone = {}
        for name in os.listdir("/proc"):
            if name.isdigit() and (stat := _stat(int(name))):
                everyone.setdefault(stat[0], []).append((int(name), stat[1]))
        stat = _stat(self._child.pid)
        family = [(self._child.pid, stat[1])] if stat else []
        for pid, _ in family:
            family.extend(everyone.get(pid, []))
        return family


def _stat(pid):
    """The parent of a process, and its ticks; None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(fields[1]), [int(field) for field in fields[11:15]]


def _status(pid, key):
    try:
        with open(f"/proc/{pid}/status") as file:
            lines = dict(line.split(":", 1) for line in file)
    except OSError:
        return 0
    return int(lines.get(key, "0").split()[0]) * 1024
