"""What the tests that drive the real program share: a run of bpfhogs around some traffic, and TAP."""
import collections
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

BUILD = os.environ.get("BUILD", "build")
BPFHOGS = f"{BUILD}/bpfhogs"


class Bpfhogs:
    """A run of bpfhogs around some traffic; afterwards its lines, and sums by connection."""

    def __init__(self, *options, command=(BPFHOGS,), through=("cat",)):
        self.options = options
        self.command = command
        self.through = through

    def __enter__(self):
        self.out = tempfile.TemporaryFile("w+")
        self.reader = subprocess.Popen(self.through, stdin=subprocess.PIPE, stdout=self.out)
        self.process = subprocess.Popen([*self.command, "--json", "-v", *self.options], stdout=self.reader.stdin,
                                        stderr=subprocess.PIPE, text=True)
        self.reader.stdin.close()
        self.said = []
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))
            if "attached:" in line:
                return self
        raise RuntimeError("bpfhogs did not attach")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.said += self.process.communicate()[1].splitlines()
        self.reader.wait()
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


# A /dev of one's own, for what would be a pity about the machine's.
PRIVATE_DEV = ["unshare", "--mount", "sh", "-ec", """
    new=$(mktemp -d)
    mount --make-rprivate /
    mount -t tmpfs none "$new"
    cp -a /dev/null /dev/zero /dev/full /dev/urandom /dev/fd /dev/stdin /dev/stdout /dev/stderr "$new"
    mount --move "$new" /dev
    rmdir "$new"
    exec "$@"
""", "sh"]


def expect(name, got, wanted):
    print(f"ok - {name}" if got == wanted else f"not ok - {name}: got {got}, not {wanted}", flush=True)


def skip(name, why):
    print(f"ok - {name} # SKIP {why}", flush=True)


def comment(text):
    print("".join(f"# {line}\n" for line in text.splitlines()), end="", flush=True)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def wait_until(condition, seconds=30):
    """Whether it came true; on a busy machine that takes its time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
