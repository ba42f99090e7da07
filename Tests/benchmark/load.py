"""The clients: wrk with keep-alive over TLS, and what they send."""

import dataclasses
import hashlib
import hmac
import json
import os

from machine import TESTS, run

SECRET = "a-benchmark-has-no-secrets"


@dataclasses.dataclass(frozen=True)
class Cell:
    """A kind of load."""

    size: int
    connections: int
    #: Incoming configurations that take each delivery.
    incoming: int = 1
    #: Webhooks that are configured.
    webhooks: int = 1
    #: Tasks that wait in the spool before the run.
    waiting: int = 0

    def __str__(self):
        plural = "s" if self.connections > 1 else ""
        incoming = f", {self.incoming} incoming" if self.incoming > 1 else ""
        return f"{bytes_text(self.size)}, {self.connections} connection{plural}{incoming}"


class Void(Exception):
    """The run says nothing: deliveries were lost, or there was none."""


class Message:
    """A JSON body of a size in bytes, signed."""

    def __init__(self, size, folder):
        self.body = _body(size)
        self.file = os.path.join(folder, f"body.{size}")
        self.headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256":
                "sha256=" + hmac.new(SECRET.encode(), self.body, hashlib.sha256).hexdigest(),
        }
        with open(self.file, "wb") as file:
            file.write(self.body)

    def send(self, port, connections, seconds, answers=None):
        """Sends it from so many connections for a while. Latencies come in seconds.

        `answers` is the beginning of the paths of files in which to note when each answer came.
        """
        command = ["wrk", "--threads", str(min(connections, 2)), "--connections", str(connections),
                   "--duration", f"{seconds}s", "--timeout", "60s",
                   "--script", os.path.join(TESTS, "benchmark", "client.lua"),
                   f"https://127.0.0.1:{port}/webhook/bench", "--",
                   self.file, self.headers["X-Hub-Signature-256"], *([answers] if answers else [])]
        result = json.loads(run(command, start_new_session=True).splitlines()[-1])
        result["p50"] /= 1e6
        result["p99"] /= 1e6
        return result


def _body(size):
    """Compact JSON with sorted keys: whoever parses and prints it changes nothing."""
    item = {"location": "Tilburg", "price": "12.95", "quantity": 3, "sku": "4006381333931"}
    body = {"entity": "stock", "mutations": [], "note": ""}
    each = len(_text(item)) + 1
    body["mutations"] = [item] * max(0, (size - len(_text(body))) // each)
    body["note"] = "x" * (size - len(_text(body)))
    assert len(_text(body)) == size, f"no body of {size} bytes can be made"
    return _text(body)


def _text(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def bytes_text(count):
    """1 KiB, 10 MiB."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024 or unit == "MiB":
            return f"{count:.0f} {unit}"
        count /= 1024
