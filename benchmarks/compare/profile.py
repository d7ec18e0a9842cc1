"""Where a JVM uses its CPU time, by its flight recorder."""

import collections
import os
import re
import subprocess


# What counts what exchanges hold, gives them places and shares, and waits for their messages.
ACCOUNT = (
    "i.p.k.account.",
    "i.p.k.aggregate.ResultReservation.",
    "i.p.k.envoy.LoopStreams.",
    "i.p.k.extproc.Intake.",
    "i.p.k.extproc.Lease.",
    "i.p.k.extproc.LoopExchanges.",
    "i.p.k.grpc.StreamMetadata.",
    "i.p.k.grpc.UntakenRefusals.",
)


def jdk_tool(jvm, name):
    return os.path.join(os.path.dirname(os.readlink(f"/proc/{jvm.pid}/exe")), name)


def start_recording(jvm):
    """Samples by CPU time (JEP 509): unlike the older sampler they count the time in system calls."""
    command = ["JFR.start", "name=compare", "settings=profile", "jdk.CPUTimeSample#enabled=true"]
    subprocess.run(
        [jdk_tool(jvm, "jcmd"), str(jvm.pid), *command, "jdk.CPUTimeSample#throttle=2ms"],
        check=True,
        capture_output=True,
    )


def stop_recording(jvm, file):
    command = ["JFR.stop", "name=compare", f"filename={file}"]
    subprocess.run([jdk_tool(jvm, "jcmd"), str(jvm.pid), *command], check=True, capture_output=True)


def stacks(jvm, file):
    """Each sample on an event loop: milliseconds, and pairs of method and line, the innermost first."""
    command = [jdk_tool(jvm, "jfr"), "print", "--events", "CPUTimeSample", "--stack-depth", "200", file]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for sample in text.split("jdk.CPUTimeSample {")[1:]:
        frames = re.findall(r"^ {4}(\S[^(\n]*)\(.*?\)(?:\s+line: (\d+))?", sample, re.MULTILINE)
        # A thread that could not be looked at in time has longer periods.
        period = re.search(r"samplingPeriod = ([0-9.]+) ms", sample)
        if 'eventThread = "vert.x-eventloop' in sample and frames and period:
            yield float(period.group(1)), [(short(method), line) for method, line in frames]


def short(method):
    """i.n.h.c.http2.HpackDecoder.decode for io.netty.handler.codec.http2.HpackDecoder.decode"""
    *packages, last, type_name, name = ["", *method.split(".")]
    return ".".join([*(package[0] for package in packages if package), last, type_name, name]).lstrip(".")


def print_profile(samples):
    own, within = collections.Counter(), collections.Counter()
    lines = collections.defaultdict(collections.Counter)
    for period, stack in samples:
        method, line = stack[0]
        own[method] += period
        lines[method][line] += period
        for method in {method for method, _ in stack}:
            within[method] += period
    total = max(1, sum(own.values()))
    print(f"\nprofile of the event loops, {len(samples)} samples, {total:.0f} ms")
    account = sum(period for period, stack in samples if any(method.startswith(ACCOUNT) for method, _ in stack))
    print(f"\nthe account of what exchanges hold, with what it calls: {account / total:.1%}")
    print("\nthe methods that use the CPU, with their most frequent lines:")
    for method, count in own.most_common(30):
        where = " ".join(f":{line}" for line, _ in lines[method].most_common(3) if line)
        print(f"  {count / total:6.1%}  {method} {where}")
    print("\nthe engine's own methods, with what they call:")
    for method, count in [entry for entry in within.most_common() if entry[0].startswith("i.p.")][:30]:
        print(f"  {count / total:6.1%}  {method}")
