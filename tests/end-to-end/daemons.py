# SPDX-License-Identifier: Apache-2.0
"""The real daemons over a scratch directory on the loopback: a collector that can be killed, sensors with keys of their own."""
import glob
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Plant:
    """One collector and its sensors."""

    def __init__(self, build="build", space=None):
        self.build = build
        self.within = ["ip", "netns", "exec", space] if space else []  # a network namespace of its own
        self.host = "0.0.0.0" if space else "127.0.0.1"
        self.directory = tempfile.mkdtemp(prefix="wanglou-end-to-end-")
        self.data = f"{self.directory}/data"
        self.nodes = f"{self.data}/nodes"
        os.makedirs(self.nodes)
        self.port = free_port()
        self.extra = []  # options of the collector, "key=value"
        self.collector = None
        self.said = ""

    def tool(self, *words):
        subprocess.run([f"{self.build}/wanglou", *words], check=True, stdout=subprocess.DEVNULL)

    def start_collector(self, seconds=20):
        sets = [f"collector.directory={self.data}", "http.port=0", f"link.listen=tcp://{self.host}:{self.port}",
                "http.console=", "store.keep_free=16M", *self.extra]
        command = self.within + [f"{self.build}/wanglou-collector"] + [word for s in sets for word in ("--set", s)]
        self.said = ""
        self.collector = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ready = threading.Event()

        def listen(stream):
            for line in stream:
                self.said += line
                if re.search(r"console: |接口|http://", line):
                    ready.set()
            ready.set()
        threading.Thread(target=listen, args=(self.collector.stdout,), daemon=True).start()
        if not ready.wait(seconds) or self.collector.poll() is not None:
            raise RuntimeError(f"the collector did not start:\n{self.said}")

    def kill_collector(self):
        self.collector.send_signal(signal.SIGKILL)
        self.collector.wait()

    def enrol(self, name):
        self.tool("keys", self.directory, name)
        self.tool("node", "enrol", f"{self.directory}/{name}.pub", "--nodes", self.nodes)

    def sensor(self, name, *more):
        """A running sensor that sends to the collector."""
        keys = [f for f in glob.glob(f"{self.data}/**/*.pub", recursive=True) if "/nodes/" not in f]
        sets = [f"sensor.name={name}", f"collector.address=tcp://127.0.0.1:{self.port}",
                f"collector.public_key={keys[0]}", f"collector.own_key={self.directory}/{name}.key",
                f"collector.spool={self.directory}/spool-{name}", "collector.drain=120s"]
        return subprocess.Popen([*self.within, f"{self.build}/wanglou-sensor", "--events", "none",
                                 *[word for s in sets for word in ("--set", s)], *more],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def stored(self):
        """Every stored event's id, doubles included."""
        ids = []
        for path in sorted(glob.glob(f"{self.data}/**/*.db", recursive=True) +
                           glob.glob(f"{self.data}/**/*.sqlite", recursive=True)):
            base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            if "event" in tables:
                ids += [json.loads(row[0])["id"] for row in base.execute("SELECT line FROM event")]
            base.close()
        return ids

    def waiting(self):
        """Lines that wait for the parent."""
        base = sqlite3.connect(f"file:{self.data}/main.db?mode=ro", uri=True, timeout=30)
        count = base.execute("SELECT count(*) FROM outbox").fetchone()[0]
        base.close()
        return count

    def close(self):
        if self.collector and self.collector.poll() is None:
            self.collector.terminate()
            self.collector.wait(20)
        shutil.rmtree(self.directory, ignore_errors=True)
