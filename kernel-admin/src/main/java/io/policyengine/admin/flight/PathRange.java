package io.policyengine.admin.flight;

import org.jspecify.annotations.Nullable;

/**
 * A path and all paths below it, or all paths with a prefix.
 *
 * @param isPrefix whether the text is a prefix; a prefix may end within a path segment
 */
public record PathRange(String text, boolean isPrefix) {
    /** Returns the range for {@code /orders}, or for {@code /ord*}; null if the text is not a path without a query. */
    public static @Nullable PathRange parse(String written) {
        boolean isPrefix = written.endsWith("*");
        String text = isPrefix ? written.substring(0, written.length() - 1) : written;
        return text.startsWith("/") && text.indexOf('?') < 0 ? new PathRange(text, isPrefix) : null;
    }

    public boolean contains(String path) {
        return path.startsWith(text)
                && (isPrefix
                        || path.length() == text.length()
                        || text.endsWith("/")
                        || path.charAt(text.length()) == '/');
    }
}
