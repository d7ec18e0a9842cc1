package io.policyengine.core.http;

import java.nio.charset.StandardCharsets;

/**
 * Converts the literal characters of a regular expression to the normal form of paths, in one pass over the expression.
 * Everything else, such as character classes, stays unchanged.
 */
final class PathPattern {
    /** The characters of regular expressions that are literal only after a backslash. */
    private static final String SYNTAX = "^$.|?*+()[]{}<>";

    /** The characters of {@link #SYNTAX} that a path may contain unencoded. */
    private static final String PLAIN_SYNTAX = "$.*+()";

    private final String regex;
    private final StringBuilder normal = new StringBuilder();
    private int at;

    PathPattern(String regex) {
        this.regex = regex;
    }

    String normal() {
        while (at < regex.length()) {
            char c = regex.charAt(at);
            if (regex.startsWith("\\Q", at)) {
                quoted();
            } else if (c == '[') {
                characterClass();
            } else if (c == '\\' && at + 1 < regex.length()) {
                escaped(regex.charAt(at + 1));
            } else if (c != '\\' && SYNTAX.indexOf(c) < 0) {
                literal(false);
            } else {
                normal.append(c);
                at++;
            }
        }
        return normal.toString();
    }

    private void quoted() {
        int end = regex.indexOf("\\E", at);
        int last = end < 0 ? regex.length() : end;
        normal.append("\\Q");
        at += 2;
        while (at < last) {
            literal(true);
        }
        normal.append(end < 0 ? "" : "\\E");
        at = end < 0 ? last : end + 2;
    }

    /** Copies a character class, in which a bracket at the beginning is literal. */
    private void characterClass() {
        int end = at + 1;
        end += end < regex.length() && regex.charAt(end) == '^' ? 1 : 0;
        end += end < regex.length() && regex.charAt(end) == ']' ? 1 : 0;
        while (end < regex.length() && regex.charAt(end) != ']') {
            boolean isNamed = regex.startsWith("[:", end) && regex.indexOf(":]", end) > 0;
            end = isNamed ? regex.indexOf(":]", end) + 2 : end + (regex.charAt(end) == '\\' ? 2 : 1);
        }
        end = Math.min(end + 1, regex.length());
        normal.append(regex, at, end);
        at = end;
    }

    /** Copies an escape of the regular expression. A character that occurs in paths only encoded is encoded. */
    private void escaped(char c) {
        boolean isLiteral = c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
        if (c == '%') {
            at++;
            literal(false);
        } else if (isLiteral && !NormalPath.isPlain(c)) {
            at += 2;
            encoded(String.valueOf(c));
        } else {
            normal.append('\\').append(c);
            at += 2;
        }
    }

    /** Appends the normal form of a literal character, or of the escape that begins here. */
    private void literal(boolean isQuoted) {
        int codePoint = regex.codePointAt(at);
        int octet = codePoint == '%' ? NormalPath.octetAt(regex, at, regex.length()) : -1;
        if (octet >= 0) {
            at += 3;
            decoded(octet, isQuoted);
        } else if (codePoint == '%' || NormalPath.isPlain(codePoint)) {
            at++;
            normal.append((char) codePoint);
        } else {
            at += Character.charCount(codePoint);
            encoded(Character.toString(codePoint));
        }
    }

    /** Appends a percent-encoded character, as a group if a repetition follows. */
    private void encoded(String character) {
        boolean isRepeated = at < regex.length() && "?*+{".indexOf(regex.charAt(at)) >= 0;
        normal.append(isRepeated ? "(?:" : "");
        for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
            NormalPath.append(octet, normal);
        }
        normal.append(isRepeated ? ")" : "");
    }

    private void decoded(int octet, boolean isQuoted) {
        if (!NormalPath.isPlain(octet) || octet == '/') {
            NormalPath.append(octet, normal);
        } else {
            normal.append(!isQuoted && PLAIN_SYNTAX.indexOf(octet) >= 0 ? "\\" : "")
                    .append((char) octet);
        }
    }
}
