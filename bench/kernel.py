"""Nanoseconds in the kernel per call, as it measures programs itself, beyond what empty programs at the same hooks take."""
import json
import re
import statistics
import subprocess

from loads import BUILD, CONNECTIONS, THERE, lay_wire, run, with_server
from tools import BPFHOGS, Tool, bpfhogs_modes

OURS = re.compile("(empty_)?(fentry|fexit|kprobe|kretprobe|tracepoint)_")
SECONDS = "1"
ROUNDS = 5


def program_ns():
    """All that our programs, or the empty ones, have taken."""
    return sum(p.get("run_time_ns", 0) for p in json.loads(run("bpftool", "-j", "prog", "list")) if OURS.match(p.get("name", "")))


def send():
    """Nobody takes them, so that only sends are seen."""
    return with_server("deaf", "5303", "flood", THERE, "5303", SECONDS, "64")[0]


def send_and_take():
    sent, taken = with_server("sink", "5301", "flood", THERE, "5301", SECONDS, "64")
    return sent + taken


def requests():
    """Each a send and a receive, on both sides."""
    return 4 * with_server("server", "5302", "client", THERE, "5302", SECONDS, str(CONNECTIONS))[0]


CALLS = (("UDP send", send), ("UDP send or receive", send_and_take), ("TCP send or receive", requests))


class Empty:
    """Empty programs at the hooks of a mode."""

    def __init__(self, mode):
        self.process = subprocess.Popen([f"{BUILD}/bench/attach", f"{BUILD}/bench/empty_{mode}.bpf.o"], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "attached\n":
            raise RuntimeError(f"the empty programs of {mode} do not attach")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def measure(watcher):
    results = {}
    try:
        for name, calls in CALLS:
            before = program_ns()
            results[name] = calls()
            results[name] = (program_ns() - before) / results[name]
    finally:
        watcher.stop()
    return results


def measure_calls():
    print("\n| nanoseconds in the kernel, per | " + " | ".join(name for name, _ in CALLS) + " |")
    print("| --- |" + " ---: |" * len(CALLS))
    run("sysctl", "-q", "kernel.bpf_stats_enabled=1")
    try:
        lay_wire(True)
        for mode in [m for m in bpfhogs_modes() if m != "kprobe"]:
            rounds = [(measure(Tool([BPFHOGS, "--attach", mode, "--json"])), measure(Empty(mode))) for _ in range(ROUNDS)]
            for what, value in (("with its measuring", lambda ours, empty: ours), ("empty programs", lambda ours, empty: empty),
                                ("beyond empty programs", lambda ours, empty: ours - empty)):
                cells = [statistics.median(value(ours[name], empty[name]) for ours, empty in rounds) for name, _ in CALLS]
                print(f"| {mode}, {what} | " + " | ".join(f"{cell:.0f}" for cell in cells) + " |", flush=True)
    finally:
        subprocess.run(["sysctl", "-q", "kernel.bpf_stats_enabled=0"])
