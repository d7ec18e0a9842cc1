package io.policyengine.app.explain;

import io.policyengine.app.admin.Printable;
import java.io.PrintWriter;
import java.util.List;

/** Prints rows without a heading. Each column is as wide as its widest cell, up to a maximum. */
final class Columns {
    private static final int WIDEST = 60;

    private Columns() {}

    static void print(PrintWriter out, List<List<String>> texts) {
        List<List<String>> rows = texts.stream()
                .map(row -> row.stream().map(Printable::of).toList())
                .toList();
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.min(WIDEST, row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i))
                        .repeat(" ", Math.max(0, widths[i] - row.get(i).length()))
                        .append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
