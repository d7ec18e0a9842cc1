package io.policyengine.core.who.change;

import java.util.ArrayList;
import java.util.List;

/**
 * The literal beginnings of the names that a regular expression matches. An alternative without a literal beginning has
 * the empty text, with which all names begin.
 */
final class RegexBeginnings {
    private static final String META = ".^$|()[]{}*+?\\";
    private static final String MAY_BE_ABSENT = "*?{";
    private static final String SPECIAL = "(?";
    private static final String GROUP = "(?:";
    private static final String QUOTE = "\\Q";

    private final List<String> texts = new ArrayList<>();

    private RegexBeginnings() {}

    /** Returns the beginnings; each name that the pattern matches has one of them. */
    static List<String> of(String pattern) {
        if (isSpecial(pattern)) {
            return List.of("");
        }
        RegexBeginnings beginnings = new RegexBeginnings();
        beginnings.addAlternatives("", pattern);
        return beginnings.texts;
    }

    /**
     * Returns whether the pattern contains a quotation or a special group, such as a flag that may apply to later
     * alternatives.
     */
    private static boolean isSpecial(String pattern) {
        if (pattern.contains(QUOTE)) {
            return true;
        }
        int index = pattern.indexOf(SPECIAL);
        while (index >= 0 && pattern.startsWith(GROUP, index)) {
            index = pattern.indexOf(SPECIAL, index + 1);
        }
        return index >= 0;
    }

    /** Returns whether a name may begin with a text of each list. */
    static boolean areCompatible(List<String> some, List<String> others) {
        for (String one : some) {
            for (String other : others) {
                if (one.startsWith(other) || other.startsWith(one)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void addAlternatives(String before, String pattern) {
        int from = 0;
        int end;
        do {
            end = endOfAlternative(pattern, from);
            addAlternative(before, pattern.substring(from, end));
            from = end + 1;
        } while (end < pattern.length());
    }

    private void addAlternative(String before, String pattern) {
        StringBuilder literal = new StringBuilder(before);
        int index = pattern.startsWith("^") ? 1 : 0;
        while (index < pattern.length()) {
            boolean isEscaped = pattern.charAt(index) == '\\' && isPunctuation(pattern, index + 1);
            int next = isEscaped ? index + 2 : index + 1;
            char literally = pattern.charAt(next - 1);
            if (!isEscaped && META.indexOf(literally) >= 0) {
                break;
            }
            if (mayBeAbsent(pattern, next)) {
                texts.add(literal.toString());
                return;
            }
            literal.append(literally);
            index = next;
        }
        if (index < pattern.length() && pattern.charAt(index) == '(') {
            int end = endOfGroup(pattern, index);
            if (!mayBeAbsent(pattern, end + 1)) {
                int inside = index + (pattern.startsWith(GROUP, index) ? GROUP.length() : 1);
                addAlternatives(literal.toString(), pattern.substring(inside, end));
                return;
            }
        }
        texts.add(literal.toString());
    }

    private static boolean isPunctuation(String pattern, int index) {
        return index < pattern.length() && META.indexOf(pattern.charAt(index)) >= 0;
    }

    private static boolean mayBeAbsent(String pattern, int index) {
        return index < pattern.length() && MAY_BE_ABSENT.indexOf(pattern.charAt(index)) >= 0;
    }

    /** Returns the index of the bar after an alternative, or the end of the pattern. */
    private static int endOfAlternative(String pattern, int from) {
        int index = from;
        while (index < pattern.length() && pattern.charAt(index) != '|') {
            index = next(pattern, index);
        }
        return Math.min(index, pattern.length());
    }

    /** Returns the index of the bracket that closes a group. */
    private static int endOfGroup(String pattern, int open) {
        int index = open + 1;
        while (index < pattern.length() && pattern.charAt(index) != ')') {
            index = next(pattern, index);
        }
        return Math.min(index, pattern.length());
    }

    /** Returns the index after a character, a group or a class. */
    private static int next(String pattern, int index) {
        return switch (pattern.charAt(index)) {
            case '\\' -> index + 2;
            case '(' -> endOfGroup(pattern, index) + 1;
            case '[' -> endOfClass(pattern, index) + 1;
            default -> index + 1;
        };
    }

    private static int endOfClass(String pattern, int open) {
        int index = open + 1;
        index += pattern.startsWith("^", index) ? 1 : 0;
        // A bracket that comes first is a member.
        index += pattern.startsWith("]", index) ? 1 : 0;
        while (index < pattern.length() && pattern.charAt(index) != ']') {
            index = pattern.charAt(index) == '\\'
                    ? index + 2
                    : pattern.startsWith("[:", index) ? Math.max(index, pattern.indexOf(":]", index)) + 2 : index + 1;
        }
        return Math.min(index, pattern.length());
    }
}
