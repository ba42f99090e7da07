"""Levelwind: as it is shipped, without its log, and without a single flush."""

import hashlib
import json
import os

from contenders.contender import FileContender
from load import SECRET


class Levelwind(FileContender):
    name = "levelwind"
    about = "Levelwind as it is shipped"
    products = ["levelwind"]
    has_incoming = True
    tells_id = True
    #: What the webhook, and the incoming configuration, say besides.
    webhook_settings = incoming_settings = ""
    #: So many tasks are read as JSON; of the others, the bytes are compared.
    samples = 50

    def configure(self):
        self.incoming = ["stock", *(f"more-{n}" for n in range(1, self.cell.incoming))]
        self.write("levelwind.yaml", f"base_url: https://127.0.0.1:{self.front.port}\n"
                   f"spool: {self.place.store}/spool\nstate: {self.place.store}/state\n"
                   "min_free: 16MiB\nmin_free_inodes: 100\n")
        self.write("secrets/bench", SECRET)
        for name in self.incoming:
            self.write(f"incoming/{name}.yaml", f"name: {name}\n{self.incoming_settings}")
        for name in ["bench", *(f"bench-{n}" for n in range(1, self.cell.webhooks))]:
            self.write(f"webhooks/{name}.yaml", self.webhook())

    def webhook(self):
        return (f"name: Bench\n{self.webhook_settings}incoming: {self.incoming[0]}\n"
                f"additional_incoming: {json.dumps(self.incoming[1:])}\n"
                "pre_processors:\n  - type: signature\n    header: X-Hub-Signature-256\n"
                "    algorithm: sha256\n    encoding: hex\n    prefix: sha256=\n"
                "    secrets: [{secret: bench}]\n")

    def write(self, name, text):
        path = os.path.join(self.place.site, "etc", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def command(self):
        return [os.path.join(self.place.products, self.products[0]), *self.arguments(),
                "--config", os.path.join(self.place.site, "etc"), "--socket", self.front.socket]

    def arguments(self):
        return ["serve"]

    def folders(self):
        return [os.path.join(self.place.store, "spool", name, "new") for name in self.incoming]

    @staticmethod
    def key(delivery):
        # Milliseconds and a counter: a task's id begins as its delivery's does.
        return delivery[:18]

    def named(self):
        return {self.key(entry.name): entry.stat().st_ctime_ns
                for entry in os.scandir(self.folders()[0])}

    def last_stored(self):
        # Each rename into a folder sets its time.
        return max(os.stat(folder).st_mtime for folder in self.folders())

    def is_whole(self, content, body):
        is_whole = content.startswith(b'{"specversion"') and content.endswith(b":" + body + b"}}\n")
        if is_whole and self.samples > 0:
            self.samples -= 1
            data = json.loads(content)["data"]
            is_whole = (data["bodyBytes"] == len(body) and data["body"] == json.loads(body)
                        and data["bodySha256"] == hashlib.sha256(body).hexdigest())
        return is_whole


class Before(Levelwind):
    name = "before"
    about = "another version of Levelwind: levelwind-before in the folder of --products"
    products = ["levelwind-before"]
    is_asked_for = True


class Plain(Levelwind):
    name = "plain"
    about = "without the log (never shipped): each delivery flushes its file and directory"
    products = ["levelwind-faulty"]

    def arguments(self):
        return ["--plain"]


class WithoutFlushes(Plain):
    name = "no-flush"
    about = "the same without any flush (never shipped): what our own code allows"

    def arguments(self):
        return ["--plain", "--without-flushes"]


class Logging(Levelwind):
    name = "logging"
    about = "Levelwind with an entry in the log for each delivery"
    webhook_settings = "logging: true\n"
    is_variant = True


class Keeping(Levelwind):
    name = "history"
    about = "Levelwind with a history of all deliveries, with their bodies"
    webhook_settings = "history: {for: 7d, bytes: 20GiB}\n"
    is_asked_for = True


class Filtering(Levelwind):
    name = "filter"
    about = "Levelwind with a filter that looks into the body"
    incoming_settings = 'filter: .data.body.entity == "stock"\n'
    is_variant = True
