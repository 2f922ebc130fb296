# SPDX-License-Identifier: Apache-2.0
"""Frames that a test makes itself and writes into a pipe which a sensor reads: Modbus writes (Modbus Application Protocol 1.1b3,
6.6) and openings of TCP connections, as pcap."""
import os
import struct
import threading
import time

HEADER = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
CLIENT, CONTROLLER = bytes((10, 1, 1, 9)), bytes((10, 1, 1, 10))


def record(seconds, microseconds, frame):
    """A frame as pcap keeps it, with its time."""
    return struct.pack("<IIII", seconds, microseconds, len(frame), len(frame)) + frame


def _frame(i, target, tcp):
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), i & 0xffff, 0, 64, 6, 0, CLIENT, target)
    return bytes.fromhex("00000a010110" "00000a010109" "0800") + ip + tcp


def write(i, register, value):
    """The i-th request of a connection: write single register."""
    return _frame(i, CONTROLLER, struct.pack(">HHIIBBHHH", 50000, 502, 1 + 12 * i & 0xffffffff, 1, 0x50, 0x18, 8192, 0, 0) +
                  struct.pack(">HHHBBHH", i & 0xffff, 0, 6, 1, 6, register, value))


def opening(i, target):
    """The i-th SYN, from a port of its own."""
    return _frame(i, target, struct.pack(">HHIIBBHHH", 20000 + i % 30000, 443, i, 0, 0x50, 2, 8192, 0, 0) + bytes(6))


class Live(threading.Thread):
    """Makes the pipe and writes the frames of each turn, at the time they are written, until it is stopped."""

    def __init__(self, path, frames):
        super().__init__(daemon=True)
        self.path, self.frames, self.stopping = path, frames, False
        os.mkfifo(path)

    def run(self):
        i = 0
        try:
            with open(self.path, "wb") as out:
                out.write(HEADER)
                while not self.stopping:
                    now = time.time()
                    for frame in self.frames(i):
                        out.write(record(int(now), int(now % 1 * 1e6), frame))
                    out.flush()
                    i += 1
                    time.sleep(0.01)
        except BrokenPipeError:
            pass  # the sensor was killed

    def stop(self):
        self.stopping = True
        self.join()
