# SPDX-License-Identifier: Apache-2.0
"""Captures made other than they are: every TCP and UDP port another one, or only their later part. Reads pcap (nano- and
microseconds, both byte orders) and pcapng; writes pcap."""
import struct

ETHERNET, RAW, COOKED, COOKED2 = 1, (12, 14, 101), 113, 276
MAGIC = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}
TAGS = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
# VXLAN, Geneve, GRE in UDP: a tunnel is known by its port alone, what it carries is left as it is.
TUNNELS = (4789, 6081, 4754)


def read(path):
    """(link type, [(time in ns, frame, length on the wire)]); None when it is no such file or has several link types."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return _read_blocks(data)
    order = MAGIC.get(data[:4])
    if not order:
        return None
    unit = 1 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1000
    link, frames, at = struct.unpack_from(order + "I", data, 20)[0] & 0xffff, [], 24
    header = struct.Struct(order + "IIII")
    while at + 16 <= len(data):
        seconds, part, size, wire = header.unpack_from(data, at)
        if at + 16 + size > len(data):
            break
        frames.append((seconds * 10**9 + part * unit, data[at + 16:at + 16 + size], wire))
        at += 16 + size
    return link, frames


def _read_blocks(data):
    """The frames of a pcapng file; times in its own unit, taken for microseconds (only their order matters here)."""
    at, order, links, frames = 0, "<", [], []
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 12 or at + size > len(data):
            break
        if kind == 1:
            links.append(struct.unpack_from(order + "H", data, at + 8)[0])
        elif kind == 6:
            high, low, kept, wire = struct.unpack_from(order + "IIII", data, at + 12)
            frames.append(((high << 32 | low) * 1000, data[at + 28:at + 28 + kept], wire))
        elif kind == 3:
            wire = struct.unpack_from(order + "I", data, at + 8)[0]
            frames.append((0, data[at + 12:at + 12 + min(wire, size - 16)], wire))
        at += size
    return (links[0], frames) if len(set(links)) == 1 else None


def write(path, link, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, link))
        for time, frame, wire in frames:
            f.write(struct.pack("<IIII", time // 10**9 & 0xffffffff, time % 10**9, len(frame), wire))
            f.write(frame)


def _network(link, frame):
    """(offset of the IP header, its EtherType or None: look at the version)"""
    if link in RAW:
        return 0, None
    if link == ETHERNET:
        at = 12
        while frame[at:at + 2] in TAGS:
            at += 4
    elif link == COOKED:
        at = 14
    elif link == COOKED2:
        return 20, frame[0:2]
    else:
        return 0, b""
    return at + 2, frame[at:at + 2]


def ports_at(link, frame):
    """The offset of the two ports, when TCP or UDP begins in this frame."""
    at, kind = _network(link, frame)
    if at >= len(frame) or kind not in (None, b"\x08\x00", b"\x86\xdd"):
        return None
    if frame[at] >> 4 == 4:
        protocol, fragment = frame[at + 9:at + 10], frame[at + 6:at + 8]
        if len(fragment) < 2 or (fragment[0] & 0x1f or fragment[1]):
            return None
        at += (frame[at] & 15) * 4
    elif frame[at] >> 4 == 6:
        protocol = frame[at + 6:at + 7]
        at += 40
    else:
        return None
    return at if protocol in (b"\x06", b"\x11") and at + 4 <= len(frame) else None


class Ports:
    """Gives each port another, unknown one: the same for the same."""

    def __init__(self, known, first=23001):
        self.known, self.next, self.given = set(known), first, {}

    def of(self, port):
        if port in TUNNELS:
            return port
        if port not in self.given:
            while self.next in self.known:
                self.next += 1
            self.given[port] = self.next
            self.next += 1
        return self.given[port]


def elsewhere(link, frames, known):
    """The frames with all ports rewritten."""
    ports, moved = Ports(known), []
    for time, frame, wire in frames:
        at = ports_at(link, frame)
        if at is not None:
            source, destination = struct.unpack_from(">HH", frame, at)
            frame = frame[:at] + struct.pack(">HH", ports.of(source), ports.of(destination)) + frame[at + 4:]
        moved.append((time, frame, wire))
    return moved
