package io.policyengine.policies.urls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds links: URLs with a scheme, names that begin with {@code www.}, and whatever stands as the target of a link or an image in Markdown or in
 * an attribute of HTML. Relative targets are none. Stateless; time is linear, since of each link at most {@link #MAX_LENGTH} characters count.
 */
public final class LinkFinder {
    /** Characters of a link that count: what is longer is a link to nowhere. */
    public static final int MAX_LENGTH = 2_048;

    private static final String ENDS = "<>\"'`{}|^";
    /** Schemes behind which one slash or backslash does as well as two slashes (WHATWG URL, special schemes). */
    private static final Set<String> SPECIAL = Set.of("http", "https", "ftp", "ws", "wss", "file");

    private static final List<String> TARGETS =
            List.of("](", "]:", "src=", "href=", "url(", "action=", "poster=", "data=");
    private static final List<String> ENTITIES =
            List.of("&colon;", ":", "&sol;", "/", "&period;", ".", "&amp;", "&", "&tab;", "", "&newline;", "");

    private LinkFinder() {}

    /** The links of a text, from left to right, without overlaps. */
    public static List<Link> find(String text) {
        String lower = plain(text);
        List<Link> links = new ArrayList<>();
        int at = 0;
        while (at < lower.length()) {
            int next = linkAt(text, lower, at, links);
            at = Math.max(next, at + 1);
        }
        return links;
    }

    /** Lower case, with full-width forms as ASCII; as many code units as the text has. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char narrow = c >= '\uFF01' && c <= '\uFF5E' ? (char) (c - '\uFF01' + '!') : c;
            plain.append(Character.toLowerCase(narrow));
        }
        return plain.toString();
    }

    private static int linkAt(String text, String lower, int at, List<Link> links) {
        char c = lower.charAt(at);
        if (c == ':' && isSlash(lower, at + 1)) {
            int start = startOfScheme(lower, at);
            boolean begins = lower.startsWith("//", at + 1) || SPECIAL.contains(lower.substring(start, at));
            return start < at && begins ? add(lower, start, end(text, start, false), links) : at;
        }
        if (c == 'w' && lower.startsWith("www.", at) && !isWordBefore(lower, at)) {
            return add(lower, at, end(text, at, false), links);
        }
        for (String target : TARGETS) {
            if (c == target.charAt(0) && lower.startsWith(target, at)) {
                return target(text, lower, at + target.length(), links);
            }
        }
        return at;
    }

    private static boolean isSlash(String text, int at) {
        return at < text.length() && (text.charAt(at) == '/' || text.charAt(at) == '\\');
    }

    private static boolean isWordBefore(String text, int at) {
        return at > 0 && (Character.isLetterOrDigit(text.charAt(at - 1)) || text.charAt(at - 1) == '.');
    }

    private static int startOfScheme(String lower, int colon) {
        int start = colon;
        while (start > 0 && isOfScheme(lower.charAt(start - 1)) && colon - start < 32) {
            start--;
        }
        return start;
    }

    private static boolean isOfScheme(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    }

    /** A target may begin behind blanks and quotes. */
    private static int target(String text, String lower, int from, List<Link> links) {
        int start = from;
        while (start < lower.length() && " \t\n\r<\"'".indexOf(lower.charAt(start)) >= 0 && start - from < 16) {
            start++;
        }
        int end = end(text, start, true);
        String url = opened(lower.substring(start, end));
        if (isAbsolute(url)) {
            links.add(new Link(start, end, url));
            return end;
        }
        return start;
    }

    private static boolean isAbsolute(String url) {
        if (isSlash(url, 0)) {
            return isSlash(url, 1);
        }
        int colon = url.indexOf(':');
        return colon > 0 && url.substring(0, colon).chars().allMatch(c -> isOfScheme((char) c));
    }

    private static int add(String lower, int start, int end, List<Link> links) {
        links.add(new Link(start, end, opened(lower.substring(start, end))));
        return end;
    }

    private static int end(String text, int start, boolean isTarget) {
        int at = start;
        int parentheses = 0;
        while (at < text.length() && at - start < MAX_LENGTH) {
            char c = text.charAt(at);
            parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
            boolean isBlank = Character.isWhitespace(c) && !(isTarget && (c == '\t' || c == '\n' || c == '\r'));
            if (isBlank || ENDS.indexOf(c) >= 0 || parentheses < 0) {
                break;
            }
            at++;
        }
        return at;
    }

    /** Browsers take tabs and line ends out of a URL (WHATWG URL, basic parser), and what is invisible does not show. */
    private static String opened(String target) {
        StringBuilder opened = new StringBuilder(target.length());
        int at = 0;
        while (at < target.length()) {
            char c = target.charAt(at);
            int semicolon = c == '&' ? target.indexOf(';', at) : -1;
            if (semicolon > 0 && semicolon - at < 12) {
                opened.append(entity(target.substring(at, semicolon + 1)));
                at = semicolon + 1;
            } else {
                if (c > ' ' && Character.getType(c) != Character.FORMAT) {
                    opened.append(c);
                }
                at++;
            }
        }
        return opened.toString();
    }

    private static String entity(String entity) {
        int known = ENTITIES.indexOf(entity);
        if (known >= 0 && known % 2 == 0) {
            return ENTITIES.get(known + 1);
        }
        if (!entity.startsWith("&#")) {
            return entity;
        }
        boolean hex = entity.charAt(2) == 'x';
        try {
            int codePoint = Integer.parseInt(entity.substring(hex ? 3 : 2, entity.length() - 1), hex ? 16 : 10);
            return Character.isValidCodePoint(codePoint)
                    ? Character.toString(codePoint).toLowerCase(Locale.ROOT)
                    : entity;
        } catch (NumberFormatException noNumber) {
            return entity;
        }
    }
}
