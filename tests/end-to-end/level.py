# SPDX-License-Identifier: Apache-2.0
"""A level of the hierarchy as a test wants it: a collector with its officers, enrolled at the one above; and questions that
are asked until the answer is the expected one."""
import concurrent.futures
import re
import time

from client import Client, GOOD
from daemons import Plant
from tap import check

SECONDS = 20


def wait(name, question, expected):
    """Asks until the answer is the expected one."""
    end, seen = time.monotonic() + SECONDS, None
    while time.monotonic() < end:
        seen = question()
        if seen == expected:
            break
        time.sleep(0.1)
    check(name, seen, expected)


class Level:
    """A collector with its officers, wang and li."""

    def __init__(self, build, name, above=None, *more):
        self.name, self.plant = name, Plant(build)
        self.plant.tool("keys", f"{self.plant.data}/keys", name)
        self.plant.extra = [f"collector.name={name}", f"link.key={self.plant.data}/keys/{name}.key",
                            "http.requests_per_second=1000", *more]
        if above:
            above.plant.tool("node", "enrol", f"{self.plant.data}/keys/{name}.pub", "--role", "collector", "--nodes",
                             above.plant.nodes)
            self.plant.extra += [f"parent.address=tcp://127.0.0.1:{above.plant.port}",
                                 f"parent.public_key={above.plant.data}/keys/{above.name}.pub"]

    def start(self):
        self.plant.start_collector()
        port = int(re.search(r"console: http://.*:(\d+)/", self.plant.said).group(1))
        one_time = dict(re.findall(r"one-time password: (\S+) (\S+)", self.plant.said))
        if one_time:
            self.wang = Client(port).settle("security", one_time["security"])
            administrator = Client(port).settle("admin", one_time["admin"])
            made = administrator.post("/accounts", {"user": "li", "role": "officer"}).json()
            self.li = Client(port).settle("li", made["one_time_password"])
            self.audit = Client(port).settle("audit", one_time["audit"])
        else:
            for client, user in ((self.wang, "security"), (self.li, "li"), (self.audit, "audit")):
                client.port, client.cookie = port, None
                client.sign_in(user, GOOD)
        return self

    def stop(self):
        self.plant.kill_collector()

    def step(self, who, path, action, **members):
        return who.post(f"{path}/steps", {"action": action, **members})

    def state(self, path):
        return self.wang.get(path).json().get("state", {}).get("name")

    def nodes(self, path, *members):
        return {n["node"]: tuple(n[m] for m in members) for n in self.wang.get(path).json()["nodes"]}


def later(days):
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(time.time() + days * 86400))


def start_all(*levels):
    """All at once: most of the time goes into hashing passwords."""
    with concurrent.futures.ThreadPoolExecutor(len(levels)) as pool:
        list(pool.map(Level.start, levels))
