"""Kernels in QEMU, emulated: modes of bpfhogs that the machine itself may not have, and a peer that it may not let run."""
import json
import os
import re
import statistics
import subprocess
import tempfile

from loads import BUILD

KERNEL = "6.12"
MODES = ("fentry", "kprobe")
PORT, CONNECTIONS = 5302, 50
SECONDS = 3
TCPTOP = "/usr/sbin/tcptop"     # of libbpf-tools; bcc's wants a compiler and the kernel's headers in the guest


def client_bytes_bpfhogs(text):
    return sum(c["tx_bytes"] + c["rx_bytes"] for line in text.splitlines() for c in json.loads(line)["connections"] if c["rport"] == PORT)


def client_bytes_tcptop(text):
    """Of each second's lines: PID COMM LADDR RADDR RX_KB TX_KB."""
    return 1024 * sum(int(m[1]) + int(m[2]) for m in re.finditer(rf"^\d+ .*:{PORT} +(\d+) +(\d+)$", text, re.M))


def boot(rounds, out):
    """[(tool, requests)] in their order; what each tool printed is in the directory out."""
    files = [f"{BUILD}/static/bpfhogs", f"{BUILD}/bench/load", TCPTOP, "bench/guest.sh"]
    words = [word for file in files for word in ("--file", file)]
    done = subprocess.run(["tests/vm/boot", KERNEL, "--smp", "2", "--timeout", "900", "--out", out, *words, "--", "sh", "/bin/guest.sh",
                           str(rounds), str(SECONDS), str(CONNECTIONS), str(PORT), *MODES],
                          stdout=subprocess.PIPE, text=True, check=True)
    return [(name, int(count)) for name, count in (line.split("\t") for line in done.stdout.splitlines())]


def percent_told(name, directory, requests):
    """Of what the clients sent and received: each request that was answered, and the last of each connection."""
    read = client_bytes_tcptop if name == "tcptop" else client_bytes_bpfhogs
    with open(f"{directory}/{name}") as file:
        return 100 * read(file.read()) / (64 * sum(2 * count + CONNECTIONS for count in requests))


def measure_guests(rounds, problems):
    if not os.path.exists(TCPTOP):
        problems.append("tcptop is missing")
        return
    requests, ratios, told = {}, {}, {}
    with tempfile.TemporaryDirectory() as directory:
        runs = boot(rounds, directory)
        for name, count in runs:
            requests.setdefault(name, []).append(count)
        alone = [statistics.mean(requests["none"][i:i + 2]) for i in range(0, 2 * rounds, 2)]
        for name in requests.keys() - {"none"}:
            ratios[name] = statistics.median(count / mean for count, mean in zip(requests[name], alone))
            told[name] = percent_told(name, directory, requests[name])
    print(f"\n**Linux {KERNEL}, emulated: TCP, {CONNECTIONS} connections, requests of 64 bytes over loopback**: "
          f"{statistics.median(alone) / SECONDS / 1000:,.1f} thousand/s without any tool\n")
    print("| tool | load carried | it told of the bytes |\n| --- | ---: | ---: |")
    for name in sorted(ratios):
        print(f"| {name} | {ratios[name]:.3f} | {told[name]:.2f} % |", flush=True)
        if not told[name]:
            problems.append(f"{name} reported nothing in the guest")
