"""The measurement as text."""

import statistics


def spread(values, form="%.1f"):
    return " / ".join(form % value for value in (min(values), statistics.median(values), max(values)))


def print_report(rounds):
    head = ("", "server, CPU µs per request", "Envoy, CPU µs per request", "requests/s", "p50, µs", "p99, µs")
    rows = [head, ("", *["min / median / max"] * 2, *["median"] * 3)]
    for name, measured in rounds.items():
        rows.append(
            (
                name,
                spread([r.cpu for r in measured]) if name != "none" else "–",
                spread([r.envoy_cpu for r in measured]),
                *["%.0f" % statistics.median(getattr(r, key) for r in measured) for key in ("rate", "p50", "p99")],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print()

    engine = rounds["engine"]
    for name in rounds:
        if name not in ("engine", "none"):
            ratio = statistics.median(r.cpu for r in engine) / statistics.median(r.cpu for r in rounds[name])
            pairs = spread([ours.cpu / theirs.cpu for ours, theirs in zip(engine, rounds[name])], "%.2f")
            print(f"engine / {name}: {ratio:.2f} (of the medians; round by round {pairs})")
    parts = {kind: statistics.median(r.threads[kind] for r in engine) for kind in engine[0].threads}
    print("the engine's threads: " + ", ".join(f"{kind} {value:.1f} µs" for kind, value in parts.items()))
    others = [r.others for measured in rounds.values() for r in measured]
    print(f"other processes of the machine: {spread([100 * share for share in others], '%.0f')} % of its CPU time")
