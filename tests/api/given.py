# SPDX-License-Identifier: Apache-2.0
"""Events as a test wants them, and the way into a collector's store."""
import base64
import json
import subprocess
from datetime import datetime, timedelta, timezone

import tap

NOON = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=6)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COUNT = [0]


def ulid(when):
    COUNT[0] += 1
    number = int(when.timestamp() * 1000) << 80 | COUNT[0]
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -5, -5))


def event(kind, seconds, source, target, members, protocol="s7comm", sensor="plant-1"):
    when = NOON + timedelta(seconds=seconds)
    return {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"), "event_type": kind, "src_ip": source,
            "dest_ip": target, "proto": "TCP", "app_proto": protocol, **members, "sensor": sensor, "id": ulid(when),
            "seq": COUNT[0]}


def alert(seconds, source, target, rule, severity, sensor="plant-1", name=None):
    return event("alert", seconds, source, target,
                 {"alert": {"action": "allowed", "gid": 1, "signature_id": 1, "rule": rule, "rev": 1,
                            "severity": severity, "category": "unsafe-operation", "signature": name or f"规则{rule}",
                            "signature_en": rule, "techniques": ["T0858"]}}, sensor=sensor)


def asset(seconds, address, **members):
    return event("asset", seconds, address, "10.0.0.1", {"asset": {"address": address, **members}})


PACKETS = [bytes([i]) * (60 + i) for i in range(3)]


def evidence(identifier, sensor="plant-1"):
    packets = [{"time": NOON.strftime("%Y-%m-%dT%H:%M:%S.") + f"{i:06d}+0000", "frame": i + 1, "length": 1500, "link": 1,
                "data": base64.b64encode(p).decode()} for i, p in enumerate(PACKETS)]
    return event("evidence", 5, "10.0.0.66", "10.0.0.10", {"evidence": {"alert": identifier, "packets": packets}},
                 sensor=sensor)


def fill(collector, events):
    lines = "".join(json.dumps(e, ensure_ascii=False, separators=(",", ":")) + "\n" for e in events)
    run = subprocess.run([f"{collector.build}/tests/bench/fill", collector.data, "-", "plant-1"], input=lines, text=True,
                         capture_output=True, check=False)
    tap.result(run.returncode == 0 and f"{len(events)} stored, 0 refused" in run.stdout, "events are stored",
               run.stdout + run.stderr)
