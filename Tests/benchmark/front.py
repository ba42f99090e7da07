"""nginx with TLS before a contender: the files that are installed, moved into a folder."""

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time

from machine import REPOSITORY, run
from process import Process


class Front:
    """nginx, which runs the shipped files. A contender changes where they pass requests on to."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = os.path.join(folder, "run", "levelwind.sock")
        self.port = free_port()
        self._log = os.path.join(folder, "log", "levelwind.log")
        self._nginx = None
        relocate = os.path.join(REPOSITORY, "nginx", "relocate")
        run([relocate, folder, str(self.port), str(free_port())])
        # relocate's own file, in whose place a server has Debian's: as many workers as that has.
        self.change("nginx.conf", "worker_processes 1;",
                    "worker_processes auto;\nworker_rlimit_nofile 8192;")
        self.change("nginx.conf", "events {}", "events { worker_connections 4096; }")
        # A request whose client is gone at the end of the run is answered and logged all the same:
        # so the log knows of every 2xx there was.
        self.change("nginx.conf", "http {", "http {\n    fastcgi_ignore_client_abort on;\n"
                    "    proxy_ignore_client_abort on;")

    def change(self, name, old, new):
        """Replaces text in a file of nginx; it has to be there."""
        path = os.path.join(self.folder, name)
        with open(path) as file:
            text = file.read()
        if old not in text:
            raise RuntimeError(f"{name} doesn't say «{old}» any more")
        with open(path, "w") as file:
            file.write(text.replace(old, new))

    def pass_on_to(self, port, *, keepalive):
        """Has it talk HTTP to a port in place of FastCGI, under the path `/hooks/`."""
        self.change("conf.d/levelwind.conf", f"server unix:{self.socket};",
                    f"server 127.0.0.1:{port};")
        kept = 'proxy_http_version 1.1;\n    proxy_set_header Connection "";'
        if not keepalive:
            kept = ""
            self.change("conf.d/levelwind.conf", "    keepalive 32;\n", "")
        self.change("snippets/levelwind.conf", "fastcgi_pass levelwind;",
                    "proxy_pass http://levelwind/hooks/;\n"
                    "    proxy_connect_timeout 5s;\n    " + kept)

    def start(self):
        if os.path.exists(self._log):
            os.unlink(self._log)
        self._nginx = Process(
            ["nginx", "-p", self.folder, "-e", "log/error.log",
             "-c", os.path.join(self.folder, "nginx.conf")],
            os.path.join(self.folder, "log", "nginx.log"))

    def finish(self):
        """Ends it once every request that it has was answered."""
        if self._nginx and not self._nginx.stop(signal.SIGQUIT, patience=120):
            raise RuntimeError("nginx still waits for answers after two minutes")
        self._nginx = None

    def stop(self):
        """Ends it at once, if it still runs."""
        if self._nginx:
            self._nginx.stop()
        self._nginx = None

    def answers(self):
        """How many requests the contender answered with 200, and how many came to another end."""
        with open(self._log, "rb") as file:
            lines = file.read()
        good = len(re.findall(rb'"upstream_status":"(?:[^"]*[ ,])?200"', lines))
        return good, lines.count(b"\n") - good

    def post(self, body, headers):
        """Sends one request; the status, 0 if there was no answer."""
        context = ssl.create_default_context(cafile=os.path.join(self.folder, "tls/fullchain.pem"))
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=60, context=context)
        try:
            connection.request("POST", "/webhook/bench", body, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def wait_until_it_answers(self, body, headers, responder, patience=60):
        """Sends a request again and again until it is accepted."""
        end = time.monotonic() + patience
        while (status := self.post(body, headers)) != 200:
            if not responder.is_running or time.monotonic() > end:
                tail = subprocess.run(["tail", "-n", "20", responder.log, os.path.join(
                    self.folder, "log/error.log")], capture_output=True, text=True).stdout
                raise RuntimeError(f"{responder.name} accepts no delivery ({status}):\n{tail}")
            time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
