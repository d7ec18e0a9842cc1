"""Runs a command in a pseudo-terminal as a person does: looks, makes the window smaller, looks again, and presses q.

Arguments: the command. Prints both screens, each after a line that says its size; ends with 1 if the command does not end by
itself, leaves the terminal other than it found it, or sends control sequences other than those of a screen.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

ALLOWED = re.compile(rb"\x1b\[(?:\?1049[hl]|\?25[hl]|H|K|J|[0-9;]*m)|\r\n")
PATIENCE = 40


def resize(fd, lines, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def await_screen(master, seen, is_wanted):
    """Reads until the last whole screen is as wanted; gives its lines."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65536)
        screens = bytes(seen).split(b"\x1b[H")
        if len(screens) > 1 and screens[-1].endswith(b"\x1b[J"):
            lines = ALLOWED.sub(lambda found: b"\n" if found.group() == b"\r\n" else b"", screens[-1]).decode().split("\n")
            if is_wanted(lines):
                return lines
    sys.exit("no such screen: " + repr(bytes(seen[-3000:])))


def main(command):
    master, slave = pty.openpty()
    resize(slave, 30, 100)
    before = termios.tcgetattr(slave)
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(slave, fd)
        os.execvp(command[0], command)
    seen = bytearray()
    wide = await_screen(master, seen, lambda lines: any(line.startswith("ROUTE") for line in lines))
    resize(slave, 16, 72)
    narrow = await_screen(master, seen, lambda lines: len(lines) <= 16 and max(map(len, lines)) <= 72 and len(lines) > 3)
    os.write(master, b"q")
    end = time.monotonic() + PATIENCE
    status = None
    while status is None and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65536)
        done, code = os.waitpid(child, os.WNOHANG)
        status = code if done else None
    if status is None:
        os.kill(child, signal.SIGKILL)
        sys.exit("q does not end it")
    if status != 0:
        sys.exit(f"it ended with {status}: {bytes(seen[-3000:])!r}")
    while select.select([master], [], [], 0)[0]:
        seen += os.read(master, 65536)
    if termios.tcgetattr(slave) != before:
        sys.exit("the terminal is not as it was")
    if not bytes(seen).rstrip().endswith(b"\x1b[?1049l"):
        sys.exit("the other screen is left on")
    rest = ALLOWED.sub(b"", bytes(seen))
    if re.search(rb"[\x00-\x1f\x7f]", rest):
        sys.exit("control characters reach the terminal: " + repr(rest[:2000]))
    for size, lines in (("100x30", wide), ("72x16", narrow)):
        print("--- " + size)
        print("\n".join(lines))


main(sys.argv[1:])
