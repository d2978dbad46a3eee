"""The tools that are compared: how each is run, and what it said was sent."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from loads import BUILD, DEVICE, THERE

BPFHOGS = os.path.abspath(f"{BUILD}/bpfhogs")
TICK = os.sysconf("SC_CLK_TCK")
SUFFIXES = " KMGT"
LONGEST_INTERVAL = 2     # of what they print, in seconds: iftop's


def bpfhogs_sent(text):
    return sum(c["tx_bytes"] for line in text.splitlines() for c in json.loads(line)["connections"] if c["raddr"] == THERE)


def nethogs_sent(text):
    """Of each second's lines "program<TAB>sent<TAB>received", in KB/s."""
    return 1024 * sum(float(m[1]) for m in re.finditer(r"\t([\d.e+-]+)\t[\d.e+-]+$", text, re.M))


def iftop_sent(text):
    """Its last cumulative figures: sent, received, total. (With -s SECONDS it sometimes ends without any.)"""
    found = re.findall(r"^Cumulative[^:]*:\s+([\d.]+)([KMGT]?)B", text, re.M)
    return float(found[-1][0]) * 1024 ** SUFFIXES.index(found[-1][1] or " ") if found else 0


def bandwhich_sent(text):
    """Of each second's lines of processes: up/down Bps: SENT/RECEIVED."""
    return sum(int(m[1]) for m in re.finditer(r"^process: .* up/down Bps: (\d+)/\d+", text, re.M))


def bpfhogs_modes():
    return [mode for mode in ("fentry", "kprobe", "tracepoint") if
            subprocess.run([BPFHOGS, "--attach", mode, "--json", "-c", "1", "-d", "0.1"], capture_output=True).returncode == 0]


def bandwhich():
    root = subprocess.run(["bench/peers"], capture_output=True, text=True).stdout.strip()
    if not root:
        return None
    return ["unshare", "--mount", "sh", "-c", 'mount --rbind /proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" "$@"',
            root, "bandwhich", "--raw", "--no-resolve", "--processes", "-i", DEVICE]


def find(problems):
    """name: (command, how to read what it prints; None: it tells nothing); what is missing is a problem."""
    modes = bpfhogs_modes()
    tools = {f"bpfhogs, {mode}": ([BPFHOGS, "--attach", mode, "--json"], bpfhogs_sent) for mode in modes}
    tools |= {f"(empty programs, {mode})": ([f"{BUILD}/bench/attach", f"{BUILD}/bench/empty_{mode}.bpf.o"], None)
              for mode in modes if mode != "kprobe"}
    tools["nethogs"] = (["nethogs", "-t", "-C", "-d", "1", DEVICE], nethogs_sent)
    tools["iftop"] = (["iftop", "-t", "-n", "-N", "-i", DEVICE], iftop_sent)
    tools["bandwhich"] = (bandwhich(), bandwhich_sent)
    for name, (command, _) in list(tools.items()):
        if not command or not shutil.which(command[0]):
            problems.append(f"{name} is missing")
            del tools[name]
    return tools


def family(pid):
    """A process and what it started."""
    children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    return [pid, *(one for child in children for one in family(int(child)))]


class Tool:
    """One of them, watching."""

    def __init__(self, command):
        self.out = tempfile.TemporaryFile("w+")
        # the pipe: iftop spins at the end of its input
        self.process = subprocess.Popen(command, stdout=self.out, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE)
        time.sleep(1.5)

    def used(self):
        """Seconds of CPU so far, megabytes resident; of its processes together, which share some of those."""
        ticks = kilobytes = 0
        for pid in family(self.process.pid):
            stat = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
            ticks += int(stat[11]) + int(stat[12])
            kilobytes += int(re.search(r"^Pss:\s+(\d+)", open(f"/proc/{pid}/smaps_rollup").read(), re.M)[1])
        return ticks / TICK, kilobytes / 1024

    def stop(self):
        """What it printed."""
        time.sleep(LONGEST_INTERVAL + 0.5)
        try:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.out.seek(0)
        return self.out.read()
