package io.policyengine.policies.format.form;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which various servers read a form field. PHP drops leading blanks, writes blanks and dots as
 * underscores, and ends a name at a bracket. Rack and parsers of Node.js drop brackets before a name. ASP.NET ends a
 * name at a dot and ignores case.
 */
public final class NameReadings {
    private static final char UNDERSCORE = '_';
    private static final String BRACKETS = "[]";

    private NameReadings() {}

    /** Returns all names under which servers may read the given names, for use in {@link #isAmong}. */
    public static Set<String> of(Collection<String> names) {
        Set<String> readings = new HashSet<>();
        names.forEach(name -> readings.addAll(whole(name)));
        return Set.copyOf(readings);
    }

    /**
     * Returns whether a server may read a name as one of the names passed to {@link #of}.
     *
     * @param readings the result of {@link #of}
     */
    public static boolean isAmong(String name, Set<String> readings) {
        String bare = bare(name);
        return whole(name).stream().anyMatch(readings::contains)
                || readings.contains(upTo(bare, ".[]").strip())
                || readings.contains(upTo(bare, BRACKETS).strip())
                || readings.contains(underscored(upTo(bare, BRACKETS)));
    }

    /**
     * Returns the readings of a whole name. A name that ends with an empty pair of brackets is also read without them.
     */
    private static Set<String> whole(String name) {
        String bare = bare(name);
        String base = upTo(bare, BRACKETS);
        String keys = keys(bare.substring(base.length()));
        Set<String> readings = new HashSet<>();
        readings.add(folded(name));
        readings.add(bare.strip());
        readings.add(underscored(upTo(folded(name), "\0").stripLeading()));
        readings.add(base + keys);
        readings.add(underscored(base) + keys);
        if (keys.equals("[]")) {
            readings.add(base);
            readings.add(underscored(base));
        }
        return readings;
    }

    /** Returns the name up to a null character, without the blanks and brackets that servers drop before it. */
    private static String bare(String name) {
        String begun = upTo(folded(name), "\0").stripLeading();
        int start = 0;
        while (start < begun.length() && BRACKETS.indexOf(begun.charAt(start)) >= 0) {
            start++;
        }
        return begun.substring(start);
    }

    /** Returns the bracketed keys at the beginning of the text. PHP ignores any other text after them. */
    private static String keys(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) == '[' && text.indexOf(']', end) > 0) {
            end = text.indexOf(']', end) + 1;
        }
        return text.substring(0, end);
    }

    /**
     * Returns the name in lower case, by way of upper case, so that letters with a common upper-case letter become
     * equal.
     */
    private static String folded(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static String upTo(String name, String ends) {
        for (int i = 0; i < name.length(); i++) {
            if (ends.indexOf(name.charAt(i)) >= 0) {
                return name.substring(0, i);
            }
        }
        return name;
    }

    private static String underscored(String name) {
        return name.replace(' ', UNDERSCORE).replace('.', UNDERSCORE).replace('[', UNDERSCORE);
    }
}
