package io.policyengine.app.admin;

/**
 * Escapes untrusted text, such as names from configurations and request ids from clients, for a terminal. The result
 * cannot move the cursor, change the direction of text, or contain invisible characters.
 */
public final class Printable {
    private Printable() {}

    /** Returns the text with every invisible character replaced by a hexadecimal escape. */
    public static String of(String text) {
        if (text.codePoints().allMatch(Printable::isSeen)) {
            return text;
        }
        StringBuilder seen = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isSeen(point)) {
                seen.appendCodePoint(point);
            } else {
                seen.append(String.format("\\u%04x", point));
            }
        });
        return seen.toString();
    }

    private static boolean isSeen(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> false;
            default -> true;
        };
    }

    /** Returns the text in exactly this number of columns, truncated with an ellipsis or padded with spaces. */
    public static String fitted(String text, int columns) {
        String seen = of(text);
        int[] points = seen.codePoints().toArray();
        int width = 0;
        int shown = 0;
        while (shown < points.length && width + columnsOf(points[shown]) <= columns) {
            width += columnsOf(points[shown++]);
        }
        StringBuilder fitted = new StringBuilder();
        if (shown == points.length) {
            return fitted.append(seen).repeat(" ", columns - width).toString();
        }
        while (shown > 0 && width > columns - 1) {
            width -= columnsOf(points[--shown]);
        }
        return fitted.append(new String(points, 0, shown))
                .append(columns > 0 ? "…" : "")
                .repeat(" ", Math.max(0, columns - 1 - width))
                .toString();
    }

    /** Returns 2 for East Asian wide characters and pictographs, else 1 (simplified from UAX #11). */
    private static int columnsOf(int point) {
        boolean isWide = Character.isIdeographic(point)
                || (point >= 0x1100 && point <= 0x115f)
                || (point >= 0x3000 && point <= 0x30ff)
                || (point >= 0xac00 && point <= 0xd7a3)
                || (point >= 0xff00 && point <= 0xff60)
                || (point >= 0x1f300 && point <= 0x1faff);
        return isWide ? 2 : 1;
    }
}
