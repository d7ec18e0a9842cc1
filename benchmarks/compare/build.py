"""Builds what is compared."""

import os
import subprocess
import sys

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "policy-engine")
ENVOY_VERSION = "1.36.4"


def engine():
    """The engine's jar."""
    version = subprocess.run([os.path.join(HOME, "policy-engine"), "--version"], stdout=subprocess.DEVNULL)
    if version.returncode != 0:
        sys.exit("the engine cannot be built")


def go_binary(name, package):
    """A command of the Go module."""
    binary = os.path.join(CACHE, name)
    try:
        built = subprocess.run(["go", "build", "-o", binary, package], cwd=os.path.join(HOME, "benchmarks", "noop-go"))
    except FileNotFoundError:
        sys.exit("go is not on the PATH: https://go.dev/dl/")
    if built.returncode != 0:
        sys.exit(f"{name} cannot be built")
    return binary


def all_binaries():
    """The engine's jar; returns the Go server and Envoy."""
    engine()
    binary = go_binary("noop-go", ".")
    envoy = subprocess.run(
        [os.path.join(HOME, "scripts", "envoy"), ENVOY_VERSION], stdout=subprocess.PIPE, text=True, check=True
    )
    return binary, envoy.stdout.strip()
