package io.policyengine.app.admin;

/**
 * Text of others on a terminal: names and reasons come from configurations, and request ids from clients. Nothing of it moves the cursor,
 * turns the direction of text, or is not seen.
 */
public final class Printable {
    private Printable() {}

    /** The text, with a hexadecimal escape in the place of each character that would not be seen as it is. */
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

    /** The text in so many columns: cut off with an ellipsis, or filled with spaces. */
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

    /** East Asian wide characters and pictures take two columns (UAX #11, in short). */
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
