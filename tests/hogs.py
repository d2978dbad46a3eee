"""What the tests that drive the real program share: a run of bpfhogs around some traffic, and TAP."""
import collections
import json
import os
import signal
import subprocess
import tempfile

BUILD = os.environ.get("BUILD", "build")
BPFHOGS = f"{BUILD}/bpfhogs"


class Bpfhogs:
    """A run of bpfhogs around some traffic; afterwards its lines, and sums by connection."""

    def __init__(self, *options, command=(BPFHOGS,)):
        self.options = options
        self.command = command

    def __enter__(self):
        self.out = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([*self.command, "--json", "-v", *self.options], stdout=self.out,
                                        stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "attached:" in line:
                return self
        raise RuntimeError("bpfhogs did not attach")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        self.status = self.process.returncode
        self.out.seek(0)
        self.lines = [json.loads(line) for line in self.out]
        self.connections = collections.Counter()
        for line in self.lines:
            for c in line["connections"]:
                key = (c["pid"], c["comm"], c["proto"], c["lport"], c["rport"])
                self.connections[key + ("tx",)] += c["tx_bytes"]
                self.connections[key + ("rx",)] += c["rx_bytes"]

    def total(self, direction, comm=None, pid=None, proto=None, lport=None, rport=None):
        wanted = (pid, comm, proto, lport, rport, direction)
        return sum(n for key, n in self.connections.items()
                   if all(w in (None, k) for w, k in zip(wanted, key)))

    def sum(self, field):
        return sum(line[field] for line in self.lines)


def expect(name, got, wanted):
    print(f"ok - {name}" if got == wanted else f"not ok - {name}: got {got}, not {wanted}", flush=True)
