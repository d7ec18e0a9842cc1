package io.policyengine.testkit.bypass;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds all paths that a server might read from a request target. The server may decode, merge, resolve, drop or fold
 * parts in any order and any number of times. The implementation is independent of the engine's path rules.
 */
final class LenientReading {
    /** Maximum number of readings that are derived from one target. The bypass cases need far fewer. */
    private static final int MAX = 5_000;

    private static final Pattern ENCODED = Pattern.compile("%([0-9a-fA-F]{2})");
    private static final Pattern ENCODED_U = Pattern.compile("%[uU]([0-9a-fA-F]{4})");
    private static final Pattern ORIGIN = Pattern.compile("^(?i:https?:)?//[^/?#]*|^(?i:https?:)(?=/)|^[*@?][^/]*");
    private static final List<UnaryOperator<String>> STEPS = List.of(
            LenientReading::decoded,
            path -> ENCODED_U.matcher(path).replaceAll(found -> Matcher.quoteReplacement(utf8(hex(found.group(1))))),
            LenientReading::shortest,
            LenientReading::compatible,
            path -> path.replace('\\', '/'),
            path -> path.replaceAll(";[^/]*", ""),
            path -> path.replaceAll("(?s)[?#\\x00\\r\\n].*", ""),
            path -> path.replaceAll("/+", "/"),
            path -> path.replaceAll("/\\.{3}(?=/|$)", "/../.."),
            LenientReading::resolved,
            path -> path.replaceAll("(?<=[^/.])([. \\t\\xa0]|\\xc2[\\x80-\\xa0])+(?=/|$)", ""),
            path -> path.replaceAll("(?<=/\\.\\.)[ \\t\\r\\n\\x00]+(?=/|$)", ""),
            path -> path.replaceAll("%(?![0-9a-fA-F]{2})", ""),
            path -> path.toLowerCase(Locale.ROOT));

    private LenientReading() {}

    /** Returns whether some server might read the target as the path or as a path below it. */
    static boolean reaches(String target, String path) {
        String wanted = path.toLowerCase(Locale.ROOT);
        Set<String> readings = new HashSet<>();
        Deque<String> waiting = new ArrayDeque<>();
        add(target, readings, waiting);
        add(target.replaceFirst(" .*", ""), readings, waiting);
        if (!target.startsWith("/") || target.startsWith("//")) {
            String rest = ORIGIN.matcher(target).replaceFirst("");
            add(rest.startsWith("/") ? rest : "/" + rest, readings, waiting);
        }
        while (!waiting.isEmpty()) {
            String reading = waiting.remove();
            boolean isBelow =
                    reading.startsWith(wanted + "/") && resolved(reading).equals(reading);
            if (isBelow || reading.equals(wanted)) {
                return true;
            }
            if (readings.size() < MAX) {
                STEPS.forEach(step -> add(step.apply(reading), readings, waiting));
            }
        }
        return false;
    }

    private static void add(String reading, Set<String> readings, Deque<String> waiting) {
        if (readings.add(reading)) {
            waiting.add(reading);
        }
    }

    private static String decoded(String path) {
        return ENCODED.matcher(path)
                .replaceAll(found -> Matcher.quoteReplacement(String.valueOf((char) hex(found.group(1)))));
    }

    private static int hex(String digits) {
        return Integer.parseInt(digits, 16);
    }

    private static String utf8(int character) {
        byte[] octets = Character.toString(character).getBytes(StandardCharsets.UTF_8);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Replaces overlong UTF-8 forms of ASCII characters by these characters. */
    private static String shortest(String path) {
        return Pattern.compile(
                        "[\\xc0\\xc1][\\x80-\\xbf]|\\xe0[\\x80\\x81][\\x80-\\xbf]|\\xf0\\x80[\\x80\\x81][\\x80-\\xbf]")
                .matcher(path)
                .replaceAll(found -> {
                    String octets = found.group();
                    int last = octets.charAt(octets.length() - 1) & 0x3F;
                    int before = octets.charAt(octets.length() - 2) & (octets.length() == 2 ? 0x1F : 0x3F);
                    return Matcher.quoteReplacement(String.valueOf((char) ((before << 6 | last) & 0x7F)));
                });
    }

    /** Maps the characters of a path by NFKC and by the best-fit mappings of Windows code pages. */
    private static String compatible(String path) {
        String text = new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            return path;
        }
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replaceAll("[\u2215\u2044]", "/")
                .replaceAll("[\u00a5\u20a9\u2216]", Matcher.quoteReplacement("\\"));
        return new String(normal.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Removes dot segments as in RFC 3986 §5.2.4, but keeps no slash in place of a final dot segment. */
    private static String resolved(String path) {
        Deque<String> kept = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                if (kept.size() > 1) {
                    kept.removeLast();
                }
            } else if (!segment.equals(".")) {
                kept.addLast(segment);
            }
        }
        return String.join("/", kept);
    }
}
