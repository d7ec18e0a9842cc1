package io.policyengine.core.expression;

/**
 * A fault in the text of an expression.
 *
 * @param line from 1; 0 if the fault concerns the whole text
 * @param column from 1, in characters; 0 if the fault concerns the whole text
 * @param message the problem and, if known, the remedy; may quote the text
 */
public record ExpressionFault(int line, int column, String message) {
    /** Returns the message, followed by the faulty line and a caret under the position. */
    public String explain(String text) {
        if (line == 0) {
            return message;
        }
        String shown = text.lines().skip(line - 1L).findFirst().orElse("");
        int before = shown.offsetByCodePoints(0, Math.min(column - 1, shown.codePointCount(0, shown.length())));
        // A tab is as wide as the one above it.
        String indent = shown.substring(0, before).replaceAll("[^\t]", " ");
        return message + "\n    " + shown + "\n    " + indent + "^";
    }
}
