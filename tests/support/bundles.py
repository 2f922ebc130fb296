# SPDX-License-Identifier: Apache-2.0
"""Bundles of signatures for tests: made and signed by the program, and by hand where the program would not."""
import ctypes
import hashlib
import json
import subprocess

ZSTD = ctypes.CDLL("libzstd.so.1")
ZSTD.ZSTD_compress.restype = ZSTD.ZSTD_decompress.restype = ctypes.c_size_t


def zstd(data):
    out = ctypes.create_string_buffer(len(data) + 1024)
    n = ZSTD.ZSTD_compress(out, ctypes.c_size_t(len(out)), data, ctypes.c_size_t(len(data)), 1)
    return out.raw[:n]


def rule(identifier, sid, where, *more, severity="medium"):
    return "\n".join([f"- id: {identifier}", f"  sid: {sid}", "  revision: 1", f"  name: {identifier}", f"  severity: {severity}",
                      "  category: unsafe-operation", f"  where: {where}", *(f"  {line}" for line in more)]) + "\n"


def tampered(path, to):
    """A copy in which one bit of the content is another."""
    with open(path, "rb") as f:
        whole = bytearray(f.read())
    whole[-20] ^= 1
    with open(to, "wb") as f:
        f.write(whole)
    return to


def missigned(path, to):
    """A copy whose signature is another, of the same key: what a collector, which does not judge signatures, passes on."""
    with open(path, "rb") as f:
        whole = bytearray(f.read())
    at = whole.index(b"\n") + 61
    whole[at] = ord("B") if whole[at] == ord("A") else ord("A")
    with open(to, "wb") as f:
        f.write(whole)
    return to


class Publisher:
    """A signing key, and what it signs."""

    def __init__(self, build, folder, name):
        self.build, self.folder, self.name = build, folder, name
        self.tool("keys", "--signing", folder, name)
        self.public, self.secret = f"{folder}/{name}.sign.pub", f"{folder}/{name}.sign.key"

    def tool(self, *arguments):
        return subprocess.run([f"{self.build}/wanglou", *arguments], capture_output=True, text=True, timeout=60)

    def sign(self, content, path):
        """Any content, sealed."""
        with open(path, "wb") as out:
            out.write(content)
        done = self.tool("rules", "sign", path, "--key", self.secret)
        assert done.returncode == 0, done.stderr
        return path

    def bundle(self, version, rules, path, name="test-rules"):
        """Of one file of rules, by the program."""
        source = f"{self.folder}/rules.yaml"
        with open(source, "w", encoding="utf-8") as out:
            out.write(rules)
        made = self.tool("rules", "build", source, "-o", path, "--name", name, "--version", str(version))
        assert made.returncode == 0, made.stderr
        assert self.tool("rules", "sign", path, "--key", self.secret).returncode == 0
        return path

    def crafted(self, version, rules, path, name="test-rules", engine=1):
        """By hand: what `wanglou rules build` would refuse to make."""
        text = rules.encode()
        manifest = {"format": "wanglou-signatures-1", "name": name, "version": version, "engine": engine,
                    "made": "2026-11-24T00:00:00Z", "rule_count": 0, "rules": {},
                    "files": [{"name": "rules.yaml", "size": len(text), "sha256": hashlib.sha256(text).hexdigest()}]}
        return self.sign(zstd(json.dumps(manifest).encode() + b"\n" + text), path)
