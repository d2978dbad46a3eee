"""What is carried while the tools watch: between two network namespaces, joined by a veth."""
import json
import os
import subprocess
import time

BUILD = os.environ.get("BUILD", "build")
LOAD = os.path.abspath(f"{BUILD}/bench/load")
SECONDS = float(os.environ.get("BENCH_SECONDS", 3))
CONNECTIONS = 200
PEER, DEVICE, HERE, THERE = "bpfhogs-bench", "bench0", "10.77.0.1", "10.77.0.2"


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout


def there(*words):
    return ["ip", "netns", "exec", PEER, *words]


def remove_wire():
    subprocess.run(["ip", "link", "del", DEVICE], stderr=subprocess.DEVNULL)     # with the namespace it would go a moment later
    subprocess.run(["ip", "netns", "del", PEER], stderr=subprocess.DEVNULL)


def lay_wire(offloads):
    remove_wire()
    run("ip", "netns", "add", PEER)
    run("ip", "link", "add", DEVICE, "type", "veth", "peer", "name", DEVICE, "netns", PEER)
    for prefix, address in (([], HERE), (["-n", PEER], THERE)):
        run("ip", *prefix, "addr", "add", f"{address}/24", "dev", DEVICE)
        run("ip", *prefix, "link", "set", DEVICE, "up")
    state = "on" if offloads else "off"
    for prefix in ([], there()):
        run(*prefix, "ethtool", "-K", DEVICE, "tso", state, "gso", state, "gro", state)


def with_server(mode, port, *client):
    """The number that the client printed, and the one of the server."""
    server = subprocess.Popen(there(LOAD, mode, port), stdout=subprocess.PIPE, text=True)
    time.sleep(0.2)
    done = int(run(LOAD, *client))
    subprocess.run(["pkill", "-TERM", "-f", f"{LOAD} {mode}"], check=True)
    return done, int(server.communicate(timeout=20)[0] or 0)


def iperf():
    """Mbit/s that arrived, and bytes that this side's calls sent, as of all loads."""
    server = subprocess.Popen(there("iperf3", "-s", "-1"), stdout=subprocess.DEVNULL)
    time.sleep(0.3)
    report = json.loads(run("iperf3", "-c", THERE, "-t", str(SECONDS), "-J"))
    server.wait(30)
    return report["end"]["sum_received"]["bits_per_second"] / 1e6, report["end"]["sum_sent"]["bytes"]


def flood():
    sent, _ = with_server("sink", "5301", "flood", THERE, "5301", str(SECONDS), "64")
    return sent / SECONDS / 1000, 64 * sent


def requests():
    done, _ = with_server("server", "5302", "client", THERE, "5302", str(SECONDS), str(CONNECTIONS))
    return done / SECONDS / 1000, 64 * (done + CONNECTIONS)


# name, unit, whether with offloads, load
LOADS = (("TCP, MTU 1500, no offloads", "Mbit/s", False, iperf), ("TCP, offloads", "Mbit/s", True, iperf),
         ("UDP, 64-byte datagrams", "thousand/s", True, flood),
         (f"TCP, {CONNECTIONS} connections, requests of 64 bytes", "thousand/s", True, requests))
