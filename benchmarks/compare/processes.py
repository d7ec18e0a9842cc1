"""Processes and the CPU time that they use, from Linux's /proc."""

import collections
import contextlib
import os
import resource
import socket
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Processes:
    """Those that this program started, all ended with it."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, command, environment=None):
        log = open(os.path.join(self.folder, name + ".log"), "wb")
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
        )
        self.running.append(process)
        process.log = log.name
        return process

    def await_port(self, process, port):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.1)
        with open(process.log, errors="replace") as log:
            sys.exit(f"{process.args[0]} does not serve:\n{log.read()[-4000:]}")

    def end(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def seconds_of(stat_file):
    """CPU seconds that a process or thread has used, user and system (proc_pid_stat(5))."""
    with open(stat_file) as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu(process):
    return seconds_of(f"/proc/{process.pid}/stat")


def cpu_by_kind(process):
    """CPU seconds of a JVM's living threads by what they are for."""
    kinds = collections.Counter()
    tasks = f"/proc/{process.pid}/task"
    for task in os.listdir(tasks):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open(f"{tasks}/{task}/comm") as file:
                name = file.read()
            kind = (
                "event loops" if name.startswith("vert.x-event")
                else "JIT compiler" if "Compiler" in name
                else "garbage collector" if name.startswith("GC ")
                else "rest"
            )  # fmt: skip
            kinds[kind] += seconds_of(f"{tasks}/{task}/stat")
    return kinds


def machine_busy():
    """CPU seconds that the machine was not idle, the time stolen by its host included."""
    with open("/proc/stat") as stat:
        ticks = [int(field) for field in stat.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICKS


def wrk_cpu():
    """CPU seconds of the children that have ended: while a load runs, only wrk does."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
