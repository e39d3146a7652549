"""Writes files of the sizes that it is given, below the folder out, and their digests to standard output."""
import hashlib
import os
import pathlib
import sys

pathlib.Path("out/deep").mkdir(parents=True, exist_ok=True)
for number, size in enumerate(map(int, sys.argv[1:])):
    name = f"out/deep/Übersicht {number}.bin"
    data = os.urandom(1 << 20) * (size // (1 << 20)) + os.urandom(size % (1 << 20))
    pathlib.Path(name).write_bytes(data)
    print(hashlib.sha256(data).hexdigest(), flush=True)
