# SPDX-License-Identifier: Apache-2.0
"""A collector of our own on the loopback, and a client for its API."""
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading

GOOD = "Zhanjiang-24"


class Collector:
    """wanglou-collector over a temporary directory; `build` names the flavour's folder."""

    def __init__(self, build, events=2000, extra=()):
        self.build, self.extra = build, list(extra)
        self.directory = tempfile.mkdtemp(prefix="wanglou-api-")
        self.data = f"{self.directory}/data"
        self.console = f"{self.directory}/console"
        os.makedirs(f"{self.console}/assets")
        for name, text in (("index.html", "<!doctype html><title>望楼</title>"), ("assets/app-1.js", "let a = 1\n"),
                           ("assets/app-1.js.gz", "packed")):
            with open(f"{self.console}/{name}", "w", encoding="utf-8") as out:
                out.write(text)
        with open(f"{self.directory}/secret.txt", "w", encoding="utf-8") as out:
            out.write("not for the web")
        if events:
            subprocess.run([f"{build}/tests/bench/fill", self.data, str(events), "2"], check=True,
                           stdout=subprocess.DEVNULL)
        self.passwords, self.port, self.process = {}, 0, None

    def command(self, *more):
        sets = [f"collector.directory={self.data}", "http.port=0", "link.listen=tcp://127.0.0.1:0",
                f"http.console={self.console}", "store.keep_free=0", *self.extra, *more]
        return [f"{self.build}/wanglou-collector"] + [word for s in sets for word in ("--set", s)]

    def start(self, *more):
        self.process = subprocess.Popen(self.command(*more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors, self.told = [], []
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()
        for line in self.process.stdout:
            told = re.match(r"one-time password: (\S+) (\S+)", line)
            if told:
                self.passwords[told.group(1)] = told.group(2)
            self.told.append(line)
            where = re.match(r"console: (https?)://.*:(\d+)/", line)
            if where:
                self.secure, self.port = where.group(1) == "https", int(where.group(2))
                return self
        raise RuntimeError("the collector did not start: " + "".join(self.errors))

    def stop(self, number=signal.SIGTERM):
        """Its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        return status

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def json(self):
        return json.loads(self.body)

    def code(self):
        """The error's code; None when it is none."""
        try:
            return self.json()["error"]["code"]
        except (ValueError, KeyError, TypeError):
            return None


class Client:
    """One browser: keeps the cookie and the token."""

    def __init__(self, port, certificate=None):
        self.port, self.cookie, self.csrf = port, None, None
        self.tls = ssl.create_default_context(cafile=certificate) if certificate else None

    def cookie_name(self):
        return "__Host-wanglou" if self.tls else "wanglou"

    def raw(self, method, path, body=None, headers=None):
        connection = (http.client.HTTPSConnection("localhost", self.port, timeout=20, context=self.tls) if self.tls
                      else http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))
        try:
            connection.request(method, path, body=body, headers=headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def call(self, method, path, body=None, **headers):
        """Headers by keyword: X_CSRF_Token=None leaves one out."""
        sent = {"Cookie": f"{self.cookie_name()}={self.cookie}" if self.cookie else None, "X-CSRF-Token": self.csrf,
                "Content-Type": "application/json" if body is not None else None}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        text = None if body is None else body if isinstance(body, (str, bytes)) else json.dumps(body)
        reply = self.raw(method, "/api/v1" + path, text, {k: v for k, v in sent.items() if v is not None})
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            value = re.match(self.cookie_name() + r"=([^;]*)", cookie)
            if value:
                self.cookie = value.group(1) or None
        return reply

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, {} if body is None else body)

    def sign_in(self, user, password):
        reply = self.call("POST", "/session", {"user": user, "password": password})
        if reply.status == 200:
            self.csrf = reply.json()["csrf"]
        return reply

    def settle(self, user, one_time):
        """Signs in for the first time and changes the password to GOOD."""
        self.sign_in(user, one_time)
        reply = self.post("/session/password", {"old": one_time, "new": GOOD})
        self.csrf = reply.json()["csrf"]
        return self


class Stream:
    """The live stream: a thread that reads server-sent events."""

    def __init__(self, client, path="/stream", last=None):
        self.events, self.ended = [], threading.Event()
        self.arrived = threading.Condition()
        headers = {"Cookie": f"wanglou={client.cookie}"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
        self.connection.request("GET", "/api/v1" + path, headers=headers)
        self.response = self.connection.getresponse()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        event = {}
        try:
            for line in self.response:
                line = line.decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                    continue
                with self.arrived:
                    if "data" in event:
                        self.events.append(event)
                        self.arrived.notify_all()
                event = {}
        except (OSError, http.client.HTTPException):
            pass
        self.ended.set()

    def wait(self, count, seconds=10):
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.events) >= count, seconds)
            return self.events[:]
