package io.policyengine.policies.access.shared.origin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.params.ParamProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of web origins in the form that browsers send (RFC 6454 §6.2): single origins, all origins below a domain,
 * origins that match a pattern, or all origins. Texts are compared octet by octet. A text that no browser sends as an
 * origin is included only in the set of all origins. Immutable.
 */
public final class Origins {
    /** The text that selects all origins. */
    public static final String ANY = "*";

    /**
     * The origin that browsers send for documents without one of their own, such as sandboxed frames. Any page can
     * create such a document.
     */
    public static final String OPAQUE = "null";

    /** Maximum length of an origin that is matched, in characters. Its host has at most 253 characters. */
    static final int LONGEST = 300;

    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?");
    private static final Pattern LOCALHOST = Pattern.compile("\\.localhost(:[0-9]*)?");
    private static final String ALL_BELOW = "://*.";

    /** An origin that cannot exist, since its domain is reserved (RFC 6761 §6.4). */
    private static final String NONEXISTENT = "https://nobody.invalid";

    private final boolean any;
    private final Set<String> single;
    private final List<Below> below;
    private final List<Pattern> patterns;

    private Origins(boolean any, Set<String> single, List<Below> below, List<Pattern> patterns) {
        this.any = any;
        this.single = Set.copyOf(single);
        this.below = List.copyOf(below);
        this.patterns = List.copyOf(patterns);
    }

    /**
     * All hosts below a domain at any depth, without the domain itself. Scheme and domain are known to be valid. The
     * rest of an origin's host must consist of labels and dots.
     *
     * @param scheme with {@code ://}
     * @param domain with a leading dot and the port
     */
    private record Below(String scheme, String domain) {
        boolean includes(String origin) {
            int end = origin.length() - domain.length();
            return end > scheme.length()
                    && origin.startsWith(scheme)
                    && origin.endsWith(domain)
                    && isLabels(origin, scheme.length(), end);
        }

        private static boolean isLabels(String text, int start, int end) {
            boolean isBegun = false;
            for (int i = start; i < end; i++) {
                char c = text.charAt(i);
                boolean isOfLabel = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
                if (!isOfLabel && !(c == '.' && isBegun)) {
                    return false;
                }
                isBegun = isOfLabel;
            }
            return isBegun;
        }
    }

    /**
     * Parses a list of origins: {@code https://app.example.com}, {@code https://*.example.com}, {@code
     * ^https://[a-z]+\.example\.com$}, {@code null}, or {@code *}.
     *
     * @param pointer to the list in the parameters
     * @param problems receives the problems of the list
     */
    public static Origins read(List<String> texts, String pointer, List<ParamProblem> problems) {
        boolean any = false;
        Set<String> single = new HashSet<>();
        List<Below> below = new ArrayList<>();
        List<Pattern> patterns = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            try {
                if (text.equals(ANY)) {
                    any = true;
                } else if (text.startsWith("^")) {
                    patterns.add(pattern(text));
                } else if (text.contains(ALL_BELOW)) {
                    below.add(below(text));
                } else {
                    single.add(single(text));
                }
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(pointer + "/" + i, String.valueOf(wrong.getMessage())));
            }
        }
        return new Origins(any, single, below, patterns);
    }

    private static Pattern pattern(String text) {
        if (!text.endsWith("$")) {
            throw new IllegalArgumentException(
                    "a pattern must begin with ^ and end with $, so that it does not match a part of a longer origin");
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException(
                    "not a regular expression in RE2 syntax: " + wrong.getDescription(), wrong);
        }
    }

    private static Below below(String text) {
        int host = text.indexOf(ALL_BELOW) + "://".length();
        String domain = text.substring(host + 1);
        if (domain.lastIndexOf('.') == 0 && !LOCALHOST.matches(domain)) {
            throw new IllegalArgumentException(
                    "the origin includes all hosts of a top-level domain: give a domain of your own, such as "
                            + "https://*.example.com");
        }
        single(text.substring(0, host) + "a" + domain);
        return new Below(text.substring(0, host), domain);
    }

    private static String single(String text) {
        if (text.equals(OPAQUE)) {
            return text;
        }
        String wrong = fault(text);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
        return text;
    }

    private static @Nullable String fault(String text) {
        if (!ORIGIN.matches(text)) {
            return "an origin is expected as browsers send it, in lower case and without a path: https://app.example.com,"
                    + " https://*.example.com, or a pattern that begins with ^ and ends with $";
        }
        return (text.startsWith("https://") && text.endsWith(":443"))
                        || (text.startsWith("http://") && text.endsWith(":80"))
                ? "remove the port: browsers omit the default port of a scheme"
                : null;
    }

    public boolean isAny() {
        return any;
    }

    /** Returns whether a pattern matches arbitrary origins, as {@code ^.*$} does. */
    public boolean includesArbitraryOrigins() {
        return patterns.stream().anyMatch(pattern -> pattern.matches(NONEXISTENT));
    }

    /** Returns whether the set includes an origin. The check takes time proportional to the length of the origin. */
    public boolean includes(String origin) {
        if (any || single.contains(origin)) {
            return true;
        }
        if (origin.length() > LONGEST || origin.equals(OPAQUE)) {
            return false;
        }
        for (int i = 0; i < below.size(); i++) {
            if (below.get(i).includes(origin)) {
                return true;
            }
        }
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matches(origin)) {
                return true;
            }
        }
        return false;
    }
}
