package io.policyengine.core.http;

import org.jspecify.annotations.Nullable;

/**
 * Finds dot segments ({@code .} and {@code ..}) in a path, even hidden ones. A segment may be hidden by repeated
 * encoding, overlong UTF-8, look-alike or invisible characters, parameters or white space after it, or backslashes
 * around it. A check takes a few passes over the path.
 */
public final class DotSegments {
    /**
     * Maximum number of times that a path is decoded. A path that another decoding would change is refused, since no
     * honest client encodes more often.
     */
    private static final int MAX_DECODINGS = 3;

    private DotSegments() {}

    /**
     * Returns whether some server may read a segment {@code .} or {@code ..} in a path. The path is undecoded and has
     * no query.
     */
    public static boolean occurIn(String path) {
        return faultIn(path) != null;
    }

    /**
     * Returns {@link PathFault#DOT_SEGMENT} if the path has a dot segment, {@link PathFault#DEEP_ENCODING} if it is
     * encoded too often to be examined, and otherwise null.
     */
    static @Nullable PathFault faultIn(String path) {
        String view = path;
        for (int decodings = 0; decodings <= MAX_DECODINGS; decodings++) {
            if (inView(view)) {
                return PathFault.DOT_SEGMENT;
            }
            String decoded = PathDecoding.decode(view);
            if (decoded.equals(view)) {
                return null;
            }
            view = decoded;
        }
        return PathFault.DEEP_ENCODING;
    }

    private static boolean inView(String view) {
        int start = 0;
        for (int i = 0; i <= view.length(); i++) {
            if (i == view.length() || view.charAt(i) == '/' || view.charAt(i) == '\\') {
                if (isDots(view, start, i)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    /** Returns whether a segment is one or two dots, ignoring parameters and the trailing spaces that Windows drops. */
    private static boolean isDots(String view, int start, int end) {
        int stop = start;
        while (stop < end && view.charAt(stop) == '.') {
            stop++;
        }
        if (stop == start || stop - start > 2) {
            return false;
        }
        while (stop < end && view.charAt(stop) == ' ') {
            stop++;
        }
        return stop == end || endsName(view.charAt(stop));
    }

    /**
     * Returns whether the character ends a segment's name: it begins parameters, a query or a fragment, or it is a
     * control character (NUL ends a C string).
     */
    private static boolean endsName(char c) {
        return c == ';' || c < ' ' || c == 0x7F || c == '?' || c == '#';
    }
}
