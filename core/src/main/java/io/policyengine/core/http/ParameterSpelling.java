package io.policyengine.core.http;

import java.util.Locale;

/**
 * Compares spellings of a query parameter's name that an upstream may treat as the same name. Some frameworks ignore
 * letter case and blanks around the name, and PHP reads a blank or a full stop as {@code _}. A name with brackets, such
 * as {@code user[]}, is a member of the parameter before the first bracket.
 */
final class ParameterSpelling {
    private ParameterSpelling() {}

    /** Returns the common form of all spellings of a decoded name. Brackets are kept. */
    static String normalized(String name) {
        int end = name.indexOf('\0');
        String text = (end < 0 ? name : name.substring(0, end)).strip();
        if (text.startsWith("[") && text.indexOf(']') > 1) {
            // Node's qs reads [user] as user.
            text = text.substring(1).replaceFirst("]", "");
        }
        int open = text.indexOf('[');
        boolean isMember = open > 0 && text.indexOf(']', open) > 0;
        String base = isMember ? text.substring(0, open) : text.replace('[', '_');
        String common = base.replace(' ', '_').replace('.', '_').toLowerCase(Locale.ROOT);
        return isMember ? common + text.substring(open).toLowerCase(Locale.ROOT) : common;
    }

    /**
     * Returns the name of the parameter to which a member such as {@code user[]} belongs; the given name if it has no
     * brackets.
     */
    static String base(String normalized) {
        int open = normalized.indexOf('[');
        return open < 0 ? normalized : normalized.substring(0, open);
    }
}
