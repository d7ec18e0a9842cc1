"""Servers behind one Envoy, under load from wrk, in rounds by turns."""

import collections
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

from compare import setup
from compare.processes import cpu, cpu_by_kind, free_port, machine_busy, wrk_cpu

# The answer of wrk in one line. Its own report counts neither the microseconds nor the errors by kind.
WRK_REPORT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('REPORT {"requests": %d, "seconds": %f, "errors": %d, "p50": %d, "p99": %d}\\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""

Server = collections.namedtuple("Server", "name process port")
Round = collections.namedtuple("Round", "cpu envoy_cpu rate p50 p99 threads others requests")


def say(text):
    print(text, file=sys.stderr, flush=True)


def fetch(port, fields=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers=fields or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


class Bench:
    def __init__(self, folder, envoy, upstream, admin_port, listeners):
        self.script = os.path.join(folder, "report.lua")
        with open(self.script, "w") as file:
            file.write(WRK_REPORT)
        self.envoy, self.upstream = envoy, upstream
        self.admin_port, self.listeners = admin_port, listeners
        self.errors = 0

    def load(self, name, seconds):
        fields = [part for field in setup.REQUEST_FIELDS.items() for part in ("-H", "%s: %s" % field)]
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", self.script, *fields]
        run = subprocess.run([*command, f"http://127.0.0.1:{self.listeners[name]}/"], capture_output=True, text=True)
        line = re.search(r"^REPORT (.*)$", run.stdout, re.MULTILINE)
        if not line:
            sys.exit(f"wrk failed: {run.stdout}{run.stderr}")
        result = json.loads(line.group(1))
        self.errors += result["errors"]
        return result

    def measure(self, name, process, seconds):
        threads = cpu_by_kind(process) if process else None
        ours = [p for p in (process, self.envoy, self.upstream) if p]
        before, wrk, busy = [cpu(p) for p in ours], wrk_cpu(), machine_busy()
        result = self.load(name, seconds)
        busy, wrk, used = machine_busy() - busy, wrk_cpu() - wrk, [cpu(p) - b for p, b in zip(ours, before)]
        per_request = 1e6 / result["requests"]
        if threads is not None:
            threads = {kind: (now - threads[kind]) * per_request for kind, now in cpu_by_kind(process).items()}
        return Round(
            used[0] * per_request if process else 0,
            used[-2] * per_request,
            result["requests"] / result["seconds"],
            result["p50"],
            result["p99"],
            threads,
            max(0, busy - wrk - sum(used)) / (os.cpu_count() * result["seconds"]),
            result["requests"],
        )

    def warm_up(self, server):
        """A JVM is warm when its compiler rests."""
        rests = 0
        for _ in range(20):
            threads = self.measure(server.name, server.process, 3).threads
            share = threads["JIT compiler"] / max(1e-9, sum(threads.values()))
            say(f"  warming up {server.name}: the compiler takes {share:.0%} of its CPU")
            rests = rests + 1 if share < 0.06 else 0
            if rests == 2:
                return

    def statistic(self, server, counter):
        url = f"http://127.0.0.1:{self.admin_port}/stats?format=json&filter=^http\\.{server}\\.ext_proc\\.{counter}$"
        with urllib.request.urlopen(url, timeout=10) as response:
            return json.load(response)["stats"][0]["value"]

    def complaints(self, servers):
        """What went wrong that the numbers do not show."""
        found = [f"{self.errors} requests failed"] if self.errors else []
        for server in servers:
            for counter in ("streams_failed", "failure_mode_allowed", "message_timeouts", "spurious_msgs_received"):
                value = self.statistic(server.name, counter)
                found += [f"{server.name}: {counter} is {value}"] if value else []
            streams = self.statistic(server.name, "streams_started")
            # Two messages an exchange, but for those under way when wrk stops.
            if self.statistic(server.name, "stream_msgs_received") < 2 * streams - 1000:
                found.append(f"{server.name}: not every exchange had both phases")
        return found


def start_envoy(processes, binary, name, config, ports):
    path = os.path.join(processes.folder, name + ".json")
    with open(path, "w") as file:
        json.dump(config, file)
    flags = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]
    process = processes.start(name, [binary, "-c", path, *flags])
    for port in ports:
        processes.await_port(process, port)
    return process


def start_bench(processes, binary, servers, upstream_port=None):
    upstream_port, admin_port = upstream_port or free_port(), free_port()
    listeners = {name: free_port() for name in ["none", *(server.name for server in servers)]}
    upstream = start_envoy(processes, binary, "upstream", setup.upstream_config(upstream_port), [upstream_port])
    config = setup.envoy_config(admin_port, upstream_port, listeners, servers)
    envoy = start_envoy(processes, binary, "envoy", config, listeners.values())
    return Bench(processes.folder, envoy, upstream, admin_port, listeners)


def run_rounds(bench, order, count, seconds):
    rounds = {server.name: [] for server in order}
    for number in range(count):
        say(f"  round {number + 1} of {count}")
        # Nobody is always the first.
        first = number % len(order)
        for server in order[first:] + order[:first]:
            rounds[server.name].append(bench.measure(server.name, server.process, seconds))
    return rounds
