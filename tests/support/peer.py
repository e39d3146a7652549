"""The scripted machine of tests/peer, for faults that real servers do not produce on demand."""
import json
import subprocess
import threading

from machines import TOP


class Peer:
    """One process of it, with a certificate in the folder, and the events that it prints."""

    def __init__(self, folder, *words):
        if not (folder / "key.pem").exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=peer", "-keyout",
                            folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
        self.events = []
        self.process = subprocess.Popen([TOP / "build/linux/rdp-peer", f"certificate={folder}/cert.pem", f"key={folder}/key.pem",
                                         *words], stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def count(self, event, **members):
        return sum(each["event"] == event and all(each.get(name) == value for name, value in members.items()) for each in self.events)

    def stop(self):
        self.process.kill()
        self.process.wait()
