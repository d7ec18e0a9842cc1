package io.policyengine.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Prints text as a table with aligned columns. */
public final class Table {
    private static final String GAP = "  ";

    private Table() {}

    /** Prints a heading and rows, each column as wide as its widest cell. */
    public static void print(PrintWriter out, List<String> heading, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(rows);
        all.addFirst(heading);
        int[] widths = new int[heading.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i))
                        .repeat(" ", widths[i] - row.get(i).length())
                        .append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
