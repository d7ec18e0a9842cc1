package io.policyengine.app;

import java.util.List;
import java.util.stream.Collectors;

/** A generated page of docs/reference/limits: the bounds of one area as tables. */
final class BoundsPage {
    private final StringBuilder text = new StringBuilder();

    private BoundsPage() {}

    /** Returns the page of an area. */
    static String of(String area, SourceBounds bounds) {
        BoundsPage page = new BoundsPage();
        page.text.append("""
                # Limits: %s

                This page is generated from the code. [Limits](../../security/limits.md) lists what others can make the engine
                hold, do or wait for, what happens at each bound, and which test proves it. Other bounds, such as the
                maximum length of a name, are only here.
                """.formatted(area));
        page.constants(bounds);
        page.capacities(bounds);
        page.ranges(bounds);
        return page.text.toString();
    }

    private void constants(SourceBounds bounds) {
        table(
                "## Constants\n\n| Bound | Value | What it bounds |\n|---|---|---|\n",
                bounds.constants().stream()
                        .map(one -> List.of(code(one.name()), code(one.value()), one.meaning()))
                        .toList());
    }

    private void capacities(SourceBounds bounds) {
        table(
                """
                        ## Capacities

                        A capacity is a budget that concurrent work shares. When it is used up, further work is refused or not stored.
                        If the limit is a name, it is that of a constant, a parameter or a setting.

                        | Class | Capacity | Limit | Unit |
                        |---|---|---|---|
                        """,
                bounds.capacities().stream()
                        .map(one -> List.of(code(one.owner()), code(one.name()), code(one.limit()), one.unit()))
                        .toList());
    }

    private void ranges(SourceBounds bounds) {
        table(
                "## Keys and parameters\n\n| Of | Key | Default | Range | What it is |\n|---|---|---|---|---|\n",
                bounds.ranges().stream()
                        .map(one -> List.of(
                                code(one.record()),
                                code(one.key()),
                                one.byDefault().isEmpty() ? "" : code(one.byDefault()),
                                one.range(),
                                one.meaning()))
                        .toList());
    }

    private void table(String head, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            text.append('\n').append(head);
            for (List<String> row : rows) {
                text.append(row.stream()
                        .map(cell -> cell.replace("|", "\\|").replace('\n', ' '))
                        .collect(Collectors.joining(" | ", "| ", " |\n")));
            }
        }
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
