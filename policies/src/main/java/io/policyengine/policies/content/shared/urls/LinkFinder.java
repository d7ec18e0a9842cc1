package io.policyengine.policies.content.shared.urls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds links in text: URLs with a scheme, names that begin with {@code www.}, and targets in Markdown, HTML attributes
 * and CSS. Relative targets are excluded. A URL within the text of a link, or directly after another URL, is a separate
 * link. Stateless. Time is linear in the text, since at most {@link #MAX_LENGTH} characters of each link are read.
 */
public final class LinkFinder {
    /** Maximum characters of a link. A longer link is never allowed. */
    public static final int MAX_LENGTH = 2_048;

    private static final String ENDS = "<>\"'`{}|^";
    /**
     * Schemes after which browsers accept any mix of slashes and backslashes, even a single one (WHATWG URL, special
     * schemes).
     */
    private static final Set<String> SPECIAL = Set.of("http", "https", "ftp", "ws", "wss", "file");

    /** Schemes with which a text in angle brackets is an address even without slashes. */
    private static final Set<String> BRACKETED = Set.of("http", "https", "ftp", "javascript", "vbscript", "data");

    private static final List<String> TARGETS = List.of("](", "]:", "url(", "@import");

    /** HTML attributes whose value is an address; {@code url} occurs in the content of a {@code meta} redirect. */
    private static final Set<String> ATTRIBUTES = Set.of(
            "src",
            "href",
            "action",
            "formaction",
            "poster",
            "data",
            "background",
            "cite",
            "longdesc",
            "manifest",
            "codebase",
            "url");

    /** HTML attributes whose value is a list of addresses. */
    private static final Set<String> LISTS = Set.of("srcset", "imagesrcset", "ping");

    /** Maximum letters of the name of an HTML attribute or scheme before a link. Longer names are ignored. */
    private static final int LONGEST_ATTRIBUTE = 12;

    /**
     * Characters by the names of their HTML entities. Only characters that affect the meaning of an address are listed.
     */
    private static final Map<String, String> ENTITIES = Map.of(
            "colon", ":",
            "sol", "/",
            "bsol", "\\",
            "period", ".",
            "commat", "@",
            "amp", "&",
            "tab", "",
            "newline", "");

    /** Maximum length of an HTML entity that is decoded in an address, including its ampersand, in characters. */
    private static final int LONGEST_ENTITY = 8;

    private LinkFinder() {}

    /** Returns the links of a text. A link in an attribute with several addresses may be returned twice. */
    public static List<TextLink> find(String text) {
        String lower = plain(text);
        List<TextLink> links = new ArrayList<>();
        int at = 0;
        while (at < lower.length()) {
            int next = linkAt(text, lower, at, links);
            at = Math.max(next, at + 1);
        }
        return links;
    }

    /** Returns the text in lower case, with full-width characters as ASCII. The number of code units stays the same. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char narrow = c >= '\uFF01' && c <= '\uFF5E' ? (char) (c - '\uFF01' + '!') : c;
            // In lower case, the capital I with a dot would become the letter i, which makes a different name.
            plain.append(narrow == '\u0130' ? narrow : Character.toLowerCase(narrow));
        }
        return plain.toString();
    }

    private static int linkAt(String text, String lower, int at, List<TextLink> links) {
        char c = lower.charAt(at);
        if (c == ':' && isSlash(lower, at + 1)) {
            int start = startOfScheme(lower, at);
            boolean begins = lower.startsWith("//", at + 1) || SPECIAL.contains(lower.substring(start, at));
            return start < at && begins ? add(lower, start, end(text, start, false), links) : at;
        }
        if (c == 'w' && lower.startsWith("www.", at) && !isWordBefore(lower, at)) {
            return add(lower, at, end(text, at, false), links);
        }
        if (c == '=') {
            String attribute = attribute(lower, at);
            return ATTRIBUTES.contains(attribute)
                    ? target(text, lower, at + 1, links)
                    : LISTS.contains(attribute) ? targets(lower, at + 1, links) : at;
        }
        if (c == '<') {
            return bracketed(text, lower, at + 1, links);
        }
        for (String target : TARGETS) {
            if (c == target.charAt(0) && lower.startsWith(target, at)) {
                return target(text, lower, at + target.length(), links);
            }
        }
        return at;
    }

    /**
     * Returns the name of the attribute before an equals sign, with or without blanks in between; empty if there is
     * none.
     */
    private static String attribute(String lower, int equals) {
        int end = equals;
        while (end > 0 && Character.isWhitespace(lower.charAt(end - 1))) {
            end--;
        }
        int start = end;
        while (start > 0 && end - start <= LONGEST_ATTRIBUTE && isLetter(lower.charAt(start - 1))) {
            start--;
        }
        return lower.substring(start, end);
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    /** Adds an address in angle brackets, if there is one. The address needs no slashes. */
    private static int bracketed(String text, String lower, int from, List<TextLink> links) {
        int colon = from;
        while (colon < lower.length() && colon - from <= LONGEST_ATTRIBUTE && isLetter(lower.charAt(colon))) {
            colon++;
        }
        boolean isAddress = colon < lower.length()
                && lower.charAt(colon) == ':'
                && BRACKETED.contains(lower.substring(from, colon));
        return isAddress ? add(lower, from, end(text, from, false), links) : from;
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

    /** Adds the target at a position, after optional blanks and quotes, unless the target is relative. */
    private static int target(String text, String lower, int from, List<TextLink> links) {
        int start = from;
        while (start < lower.length() && " \t\n\r\f<\"'".indexOf(lower.charAt(start)) >= 0) {
            start++;
        }
        int end = end(text, start, true);
        return addIfAbsolute(lower, start, end, links) ? end : start;
    }

    /**
     * Adds the absolute targets in an attribute's value; blanks or commas separate targets. Returns the beginning of
     * the value, where the search continues in order to find links within the targets.
     */
    private static int targets(String lower, int from, List<TextLink> links) {
        int open = from;
        while (open < lower.length() && Character.isWhitespace(lower.charAt(open))) {
            open++;
        }
        char quote = open < lower.length() ? lower.charAt(open) : '>';
        boolean isQuoted = quote == '"' || quote == '\'';
        int start = isQuoted ? open + 1 : open;
        String ends = isQuoted ? String.valueOf(quote) : "> \t\n\r\f";
        int at = start;
        while (at < lower.length() && at - open < MAX_LENGTH && ends.indexOf(lower.charAt(at)) < 0) {
            if (" \t\n\r\f,".indexOf(lower.charAt(at)) >= 0) {
                addIfAbsolute(lower, start, at, links);
                start = at + 1;
            }
            at++;
        }
        addIfAbsolute(lower, start, at, links);
        return isQuoted ? open + 1 : open;
    }

    /**
     * Adds a target if it is absolute when read as HTML or, failing that, as Markdown, in which a backslash before
     * punctuation is dropped.
     */
    private static boolean addIfAbsolute(String lower, int start, int end, List<TextLink> links) {
        String url = opened(lower.substring(start, end));
        String unescaped = isAbsolute(url) ? url : opened(unescaped(lower.substring(start, end)));
        return isAbsolute(unescaped) && links.add(new TextLink(start, end, unescaped));
    }

    private static String unescaped(String target) {
        StringBuilder unescaped = new StringBuilder(target.length());
        for (int i = 0; i < target.length(); i++) {
            boolean escapes =
                    target.charAt(i) == '\\' && i + 1 < target.length() && isPunctuation(target.charAt(i + 1));
            unescaped.append(target.charAt(escapes ? ++i : i));
        }
        return unescaped.toString();
    }

    private static boolean isPunctuation(char c) {
        return c > ' ' && c < 0x7F && !isLetter(c) && !Character.isDigit(c);
    }

    /**
     * Returns whether the URL has a scheme or begins with two slashes. The drive letter of a file path is not a scheme,
     * nor is {@code A} in the qualified name {@code A::B} of a programming language.
     */
    private static boolean isAbsolute(String url) {
        if (isSlash(url, 0)) {
            return isSlash(url, 1);
        }
        int colon = url.indexOf(':');
        return colon > 1
                && !url.startsWith("::", colon)
                && url.substring(0, colon).chars().allMatch(c -> isOfScheme((char) c));
    }

    private static int add(String lower, int start, int end, List<TextLink> links) {
        links.add(new TextLink(start, end, opened(lower.substring(start, end))));
        return end;
    }

    private static int end(String text, int start, boolean isTarget) {
        int at = start;
        int parentheses = 0;
        while (at < text.length() && at - start < MAX_LENGTH) {
            char c = text.charAt(at);
            parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
            boolean isBlank = Character.isWhitespace(c) && !(isTarget && (c == '\t' || c == '\n' || c == '\r'));
            if (isBlank || ENDS.indexOf(c) >= 0 || parentheses < 0 || isNext(text, at)) {
                break;
            }
            at++;
        }
        return at;
    }

    /**
     * Returns whether the current link ends at a position: before a Markdown target, or at a separator before another
     * URL.
     */
    private static boolean isNext(String text, int at) {
        return switch (text.charAt(at)) {
            case ']' -> text.startsWith("](", at) || text.startsWith("]:", at);
            case ',', ';', '\uFF0C', '\uFF1B' ->
                text.regionMatches(true, at + 1, "http://", 0, 7) || text.regionMatches(true, at + 1, "https://", 0, 8);
            default -> false;
        };
    }

    /**
     * Returns a target as browsers read it: with entities decoded, and without tabs, line ends and invisible characters
     * (WHATWG URL, basic parser).
     */
    private static String opened(String target) {
        StringBuilder opened = new StringBuilder(target.length());
        int at = 0;
        while (at < target.length()) {
            char c = target.charAt(at);
            int next = c == '&' ? entity(target, at, opened) : at;
            if (next == at) {
                if (c > ' ' && !isIgnored(c)) {
                    opened.append(c);
                }
                next = at + 1;
            }
            at = next;
        }
        return opened.toString();
    }

    /**
     * Returns whether browsers drop the character from a host name. They drop invisible characters, except joiners,
     * which make a different name.
     */
    private static boolean isIgnored(char c) {
        return Character.getType(c) == Character.FORMAT && c != '\u200C' && c != '\u200D';
    }

    /**
     * Decodes the entity at an ampersand. Returns the position after it, or {@code at} if the entity does not affect an
     * address.
     */
    private static int entity(String target, int at, StringBuilder opened) {
        if (target.startsWith("#", at + 1)) {
            return number(target, at, opened);
        }
        int semicolon = target.indexOf(';', at);
        String known = semicolon < 0 || semicolon - at > LONGEST_ENTITY
                ? null
                : ENTITIES.get(target.substring(at + 1, semicolon));
        if (known == null) {
            return at;
        }
        opened.append(known);
        return semicolon + 1;
    }

    /** Decodes a numeric character reference, which may have leading zeros and lack its semicolon. */
    private static int number(String target, int at, StringBuilder opened) {
        boolean isHex = target.startsWith("x", at + 2);
        int begin = at + (isHex ? 3 : 2);
        int end = begin;
        long codePoint = 0;
        while (end < target.length() && Character.digit(target.charAt(end), isHex ? 16 : 10) >= 0) {
            codePoint = Math.min(Integer.MAX_VALUE, codePoint * (isHex ? 16 : 10))
                    + Character.digit(target.charAt(end), isHex ? 16 : 10);
            end++;
        }
        if (end == begin || codePoint > Character.MAX_CODE_POINT) {
            return at;
        }
        // Blanks within a URL are ignored, encoded or not.
        if (codePoint > ' ') {
            opened.append(Character.toString((int) codePoint).toLowerCase(Locale.ROOT));
        }
        return end < target.length() && target.charAt(end) == ';' ? end + 1 : end;
    }
}
