# SPDX-License-Identifier: Apache-2.0
"""What the sensor says of each frame of the corpus, held against tshark: first asked as ../shared/tools/agree asks it, then,
for what that answer does not confirm, in the two ways in which tshark shows more (docs/tshark-differences.md):

- without `tcp.reassemble_out_of_order`, with which it shows nothing more of a stream behind a lost segment;
- with the flow's port given to the protocol (`-d tcp.port==N,…`), which it otherwise looks for on its own ports only.

A value counts as confirmed only when tshark then shows the very same one in the very same frame."""
import collections
import concurrent.futures
import functools
import glob
import importlib.machinery
import importlib.util
import itertools
import os
import subprocess
import sys

sys.dont_write_bytecode = True
_loader = importlib.machinery.SourceFileLoader("agree", "../shared/tools/agree")
agree = importlib.util.module_from_spec(importlib.util.spec_from_loader("agree", _loader))
_loader.exec_module(agree)

CORPUS = "../shared/corpus"
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "wanglou-agree")
SHAPE = ["-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,"]
FIRST = ["tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE"] + SHAPE  # as agree does: one cache for both
SECOND = ["tshark", "-n", "-o", "tcp.reassemble_out_of_order:FALSE"]
SECONDS = 300
# The dissector that tshark begins with, where it is not named as the protocol.
ENTRY = {"cip": "enip", "cotp": "tpkt", "s7comm": "tpkt", "mms": "tpkt", "modbus": "mbtcp", "dnp3": "dnp3.tcp"}
PORTS = 4  # as many flows on foreign ports are looked at in one capture

table = agree.read_fields("../shared/fields.tsv", None)
fields = [field for names in table.values() for field in names]
owner = {field: protocol for protocol, names in table.items() for field in names}
NOTHING = [()] * len(fields)
EVERY = range(len(fields))


class Tally:
    """Of one field, in frames. `confirmed`: by a later answer only. `left`: ours alone, by capture."""

    def __init__(self):
        self.tshark = self.sensor = self.same = self.confirmed = 0
        self.missed, self.left = [], []

    def recall(self, without=()):
        missed = sum(1 for capture, *_ in self.missed if capture not in without)
        asked = self.same + missed
        return 100.0 * self.same / asked if asked else 100.0

    def precision(self, without=()):
        left = sum(1 for capture, *_ in self.left if capture not in without)
        said = self.same + self.confirmed + left
        return 100.0 * (said - left) / said if said else 100.0

    def plain(self):
        return 100.0 * self.same / self.sensor if self.sensor else 100.0


def captures():
    return sorted(c for c in glob.glob(f"{CORPUS}/*/*") if not c.startswith(f"{CORPUS}/malformed/") and
                  c.endswith((".pcap", ".pcapng", ".cap", ".dump", ".trace")))


@functools.lru_cache(1 << 16)
def _values(cell):
    return tuple(agree.normal(x) for x in cell.split(",") if x != "")


def _ask_sensor(capture):
    """As agree.ask, which looks at every one of the many empty cells: frame -> values, exit status, error text."""
    command = ["build/wanglou-sensor", "-r", capture, "-T", "fields", "-e", "frame.number"]
    run = subprocess.run(command + [word for f in fields for word in ("-e", f)], capture_output=True, timeout=SECONDS)
    rows = {}
    for line in run.stdout.decode("utf-8", "replace").split("\n"):
        cells = line.split("\t")
        if len(cells) != len(fields) + 1:
            continue
        filled = list(itertools.compress(range(len(fields)), cells[1:]))
        if filled:
            row = rows[int(cells[0])] = list(NOTHING)
            for i in filled:
                row[i] = _values(cells[1 + i])
    return rows, run.returncode, run.stderr.decode("utf-8", "replace")[-300:]


def _unconfirmed(ours, answers):
    """[(frame, field's index)] that no answer has as we have it"""
    return [(frame, i) for frame, row in ours.items() for i, value in enumerate(row)
            if value and all(answer.get(frame, NOTHING)[i] != value for answer in answers)]


def _decode_as(capture, places):
    """-d options that give the ports of these frames' flows to their protocols; one side's port, the commonest one"""
    wanted = collections.defaultdict(set)
    for frame, i in places:
        wanted[ENTRY.get(owner[fields[i]], owner[fields[i]])].add(frame)
    names = ["frame.number", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport"]
    run = subprocess.run(["tshark", "-n", "-r", capture, "-T", "fields"] + [x for n in names for x in ("-e", n)],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=SECONDS)
    rows = {int(cells[0]): cells for cells in (line.split("\t") for line in run.stdout.splitlines()) if len(cells) == 5}
    options = []
    for dissector, frames in wanted.items():
        for _ in range(PORTS):
            ports = collections.Counter()
            for cells in (rows[frame] for frame in frames if frame in rows):
                ports.update({f"{t}.port=={p}" for t, pair in (("tcp", cells[1:3]), ("udp", cells[3:5]))
                              for p in pair if p.isdigit()})
            if not ports:
                break
            # both ends of a lone flow are as common: tshark asks the lower port's dissector first, so both are given
            most = max(ports.values())
            chosen = sorted(port for port, count in ports.items() if count == most)[:2]
            for port in chosen:
                over_udp = port.startswith("udp") and dissector == "http"  # web headers in datagrams are discovery
                options += ["-d", f"{port},{'ssdp' if over_udp else dissector}"]
            numbers = {port.split("==")[1] for port in chosen}
            frames = {f for f in frames if f in rows and not numbers & set(rows[f][1:])}
    return options


def _judge(capture):
    """(capture, tshark's first answer, ours, later answers, why it failed or None)"""
    first, status, _ = agree.ask_cached(CACHE, FIRST, capture, fields, SECONDS)
    ours, code, said = _ask_sensor(capture)
    why = f"{capture}: status {code}: {said.strip()}" if code and (status == 0 or code < 0) else None
    later = []
    if _unconfirmed(ours, [first]):
        later.append(agree.ask_cached(CACHE, SECOND + SHAPE, capture, fields, SECONDS)[0])
        places = _unconfirmed(ours, [first] + later)
        options = _decode_as(capture, places) if places else []
        if options:
            later.append(agree.ask_cached(CACHE, SECOND + options + SHAPE, capture, fields, SECONDS)[0])
    return capture, first, ours, later, why


def judge():
    """({field: Tally}, [captures that failed])"""
    tallies, failed = {field: Tally() for field in fields}, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for capture, first, ours, later, why in pool.map(_judge, captures()):
            if why:
                failed.append(why)
            name = os.path.relpath(capture, CORPUS)
            for frame in set(first) | set(ours):
                theirs, own = first.get(frame, NOTHING), ours.get(frame, NOTHING)
                for i in sorted({*itertools.compress(EVERY, theirs), *itertools.compress(EVERY, own)}):
                    tally = tallies[fields[i]]
                    tally.tshark += bool(theirs[i])
                    tally.sensor += bool(own[i])
                    place = (name, frame, theirs[i], own[i])
                    if theirs[i] == own[i]:
                        tally.same += 1
                        continue
                    confirmed = own[i] and any(answer.get(frame, NOTHING)[i] == own[i] for answer in later)
                    tally.confirmed += bool(confirmed)
                    if theirs[i] and not confirmed:
                        tally.missed.append(place)
                    if own[i] and not confirmed:
                        tally.left.append(place)
    return tallies, failed
