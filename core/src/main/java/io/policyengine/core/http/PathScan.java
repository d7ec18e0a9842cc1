package io.policyengine.core.http;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the faults of a request target in one table-driven pass. A dot segment always causes some fault, not
 * necessarily {@link PathFault#DOT_SEGMENT}; only {@link DotSegments} finds hidden ones.
 */
final class PathScan {
    /** The octets that every server reads in the same way in a path. */
    private static final boolean[] PLAIN = plain();

    private final String target;
    private final Set<PathFault> found = EnumSet.noneOf(PathFault.class);
    private int segment = 1;
    /** The last visible character of the current segment's name, decoded. */
    private int last;

    private boolean inParameters;
    /** True if the current segment has parameters but no name. */
    private boolean nameless;

    private PathScan(String target) {
        this.target = target;
    }

    static Set<PathFault> faultsOf(String target) {
        return isPlain(target) ? Set.of() : new PathScan(target).scan();
    }

    /** Returns whether the target contains nothing to decode, merge or resolve, as most targets do. */
    private static boolean isPlain(String target) {
        int end = target.length();
        if (end == 0 || target.charAt(0) != '/') {
            return false;
        }
        char before = '/';
        for (int i = 1; i < end; i++) {
            char c = target.charAt(i);
            if (c == '?') {
                return before != '.' && queryFault(target, i) == null;
            }
            boolean isEnd = c == '/' && before != '/' && before != '.';
            if (!isEnd && !(c < 0x80 && PLAIN[c])) {
                return false;
            }
            before = c;
        }
        return before != '.';
    }

    /**
     * Returns the fault of a query, or null. Servers do not interpret a query, so only control characters, spaces and
     * {@code #} are faults.
     */
    private static @Nullable PathFault queryFault(String target, int from) {
        for (int i = from; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7F) {
                return PathFault.CONTROL_CHARACTER;
            } else if (c == '#') {
                return PathFault.FRAGMENT;
            }
        }
        return null;
    }

    private Set<PathFault> scan() {
        int end = target.length();
        int at = 1;
        if (target.isEmpty() || target.charAt(0) != '/') {
            note(PathFault.NOT_ORIGIN_FORM);
            at = 0;
        }
        while (at < end && target.charAt(at) != '?') {
            char c = target.charAt(at);
            if (c == '/') {
                slash(at);
                at++;
            } else if (c == '%' || c >= 0x80) {
                at = encoded(at, end);
            } else {
                plain(c, at);
                at++;
            }
        }
        endName();
        PathFault inQuery = queryFault(target, at);
        if (inQuery != null) {
            note(inQuery);
        }
        return found;
    }

    private void slash(int at) {
        if (at == segment || nameless) {
            note(PathFault.EMPTY_SEGMENT);
        }
        endName();
        segment = at + 1;
        last = 0;
        inParameters = false;
        nameless = false;
    }

    private void endName() {
        if (!inParameters && (last == '.' || last == ' ')) {
            note(PathFault.TRAILING_DOT);
        }
    }

    private void plain(char c, int at) {
        switch (c) {
            case ';' -> semicolon(at);
            case '\\' -> note(PathFault.BACKSLASH);
            case '#' -> note(PathFault.FRAGMENT);
            default -> {
                if (c <= ' ' || c == 0x7F) {
                    note(PathFault.CONTROL_CHARACTER);
                }
            }
        }
        last = c;
    }

    private void semicolon(int at) {
        note(PathFault.PATH_PARAMETER);
        endName();
        nameless |= at == segment;
        inParameters = true;
    }

    /** Checks an encoded or non-ASCII character, and returns the index of its end. */
    private int encoded(int at, int end) {
        int octet = PathOctets.octetAt(target, at, end);
        if (octet == PathOctets.MALFORMED) {
            note(PathFault.MALFORMED_ENCODING);
            last = '%';
            return at + 1;
        }
        if ((octet & 0xFF) >= 0x80) {
            return beyondAscii(at, end);
        }
        int next = at + PathOctets.width(octet);
        ascii((char) (octet & 0x7F), at, next, end);
        return next;
    }

    private void ascii(char c, int at, int next, int end) {
        switch (c) {
            case '/' -> note(PathFault.ENCODED_SLASH);
            case '\\' -> note(PathFault.ENCODED_BACKSLASH);
            case '?', '#' -> note(PathFault.ENCODED_DELIMITER);
            case ';' -> semicolon(at);
            case '%' -> {
                if (isEncodingAgain(next, end)) {
                    note(PathFault.DOUBLE_ENCODING);
                }
            }
            default -> {
                if (c < ' ' || c == 0x7F) {
                    note(PathFault.CONTROL_CHARACTER);
                } else if (isUnreserved(c)) {
                    note(PathFault.ENCODED_UNRESERVED);
                }
            }
        }
        last = c;
    }

    /**
     * Returns whether the text after an encoded percent sign makes another escape: two hexadecimal digits, or {@code
     * u}. These characters may themselves be encoded, or be look-alike characters.
     */
    private boolean isEncodingAgain(int at, int end) {
        String first = asciiAt(at, end);
        if (first.isEmpty()) {
            return false;
        }
        String digits = first.length() > 1 ? first : first + asciiAt(after(at, end), end);
        return (digits.charAt(0) | 0x20) == 'u'
                || (digits.length() > 1
                        && PathOctets.hex(digits.charAt(0)) >= 0
                        && PathOctets.hex(digits.charAt(1)) >= 0);
    }

    /** Returns the ASCII text that some server may decode at an index; empty if there is none. */
    private String asciiAt(int at, int end) {
        int octet = at < end ? PathOctets.octetAt(target, at, end) : PathOctets.MALFORMED;
        if (octet == PathOctets.MALFORMED) {
            return "";
        }
        if ((octet & 0xFF) < 0x80) {
            return String.valueOf((char) (octet & 0x7F));
        }
        long character = PathOctets.characterAt(target, at, end);
        return PathOctets.quality(character) == PathOctets.INVALID
                ? ""
                : Lookalikes.asciiOf(PathOctets.codePoint(character));
    }

    private int after(int at, int end) {
        int octet = PathOctets.octetAt(target, at, end);
        return (octet & 0xFF) < 0x80
                ? at + PathOctets.width(octet)
                : PathOctets.end(PathOctets.characterAt(target, at, end));
    }

    private int beyondAscii(int at, int end) {
        long character = PathOctets.characterAt(target, at, end);
        int next = PathOctets.end(character);
        int codePoint = PathOctets.codePoint(character);
        if (!Ignorables.contain(codePoint)) {
            last = codePoint;
        }
        for (int i = at; i < next; i += target.charAt(i) == '%' ? 3 : 1) {
            if (target.charAt(i) != '%') {
                note(PathFault.NON_ASCII);
            }
        }
        switch (PathOctets.quality(character)) {
            case PathOctets.OVERLONG -> note(PathFault.OVERLONG_UTF8);
            case PathOctets.INVALID -> note(PathFault.INVALID_UTF8);
            default -> {
                if (codePoint < 0xA0) {
                    note(PathFault.CONTROL_CHARACTER);
                } else {
                    alike(Lookalikes.asciiOf(codePoint));
                }
            }
        }
        return next;
    }

    /** Records a look-alike character. A character that looks like a space is a fault only at the end of a name. */
    private void alike(String ascii) {
        if (ascii.equals(" ")) {
            last = ' ';
        } else if (Lookalikes.isSpecial(ascii)) {
            note(PathFault.LOOKALIKE);
        }
    }

    private void note(PathFault fault) {
        found.add(fault);
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static boolean[] plain() {
        boolean[] plain = new boolean[0x80];
        for (char c = '!'; c < 0x7F; c++) {
            plain[c] = "/%?#;\\".indexOf(c) < 0;
        }
        return plain;
    }
}
