package io.policyengine.policies.content.shared.openapi;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PercentCoding;
import io.policyengine.policies.content.shared.openapi.document.DocumentFault;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path of an OpenAPI document, with parameter names in braces.
 *
 * @param text as in the document
 * @param segments the parts between slashes
 */
record PathTemplate(String text, List<Segment> segments) {
    /**
     * A segment of a template.
     *
     * @param literal the decoded text of a segment without names; otherwise null
     * @param pattern extracts the values of a segment that has both names and text, in normal form; otherwise null
     * @param names in order
     */
    record Segment(@Nullable String literal, @Nullable Pattern pattern, List<String> names) {
        /**
         * Returns the order in which segments are tried: 0 for literal text, 1 for text with names, 2 for a name alone.
         */
        int rank() {
            if (literal != null) {
                return 0;
            }
            return pattern == null ? 2 : 1;
        }

        /** Returns a key. Segments that match the same texts have equal keys. */
        String key() {
            if (literal != null) {
                return "=" + literal;
            }
            return pattern == null ? "*" : "~" + pattern.pattern();
        }

        /** Returns whether the segment matches a text. Adds the undecoded value of each name to {@code parts}. */
        boolean matches(String octets, String decoded, Map<String, String> parts) {
            if (literal != null) {
                return literal.equals(decoded);
            }
            if (octets.isEmpty()) {
                return false;
            }
            if (pattern == null) {
                parts.put(names.getFirst(), octets);
                return true;
            }
            Matcher matcher = pattern.matcher(NormalPath.ofPart(octets));
            if (!matcher.matches()) {
                return false;
            }
            for (int i = 0; i < names.size(); i++) {
                parts.put(
                        names.get(i),
                        octets.substring(
                                NormalPath.indexIn(octets, matcher.start(i + 1)),
                                NormalPath.indexIn(octets, matcher.end(i + 1))));
            }
            return true;
        }
    }

    /**
     * Parses a key of {@code paths}.
     *
     * @throws DocumentFault if the key is invalid
     */
    static PathTemplate of(String key, DocumentNode at) {
        if (!key.startsWith("/")) {
            throw at.fault("a path begins with a slash");
        }
        if (key.indexOf('?') >= 0 || key.indexOf('#') >= 0) {
            throw at.fault("a path has no query and no fragment: name query parameters under 'parameters'");
        }
        List<Segment> segments = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String segment : key.substring(1).split("/", -1)) {
            segments.add(segment(segment, names, at));
        }
        if (names.stream().distinct().count() < names.size()) {
            throw at.fault("a name occurs twice in the path");
        }
        return new PathTemplate(key, List.copyOf(segments));
    }

    private static Segment segment(String text, List<String> all, DocumentNode at) {
        List<String> names = new ArrayList<>();
        StringBuilder pattern = new StringBuilder();
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            if (close < open + 2) {
                throw at.fault("braces without a name between them");
            }
            pattern.append(quoted(text.substring(from, open))).append("(.+?)");
            names.add(text.substring(open + 1, close));
            from = close + 1;
        }
        if (text.indexOf('}', from) >= 0) {
            throw at.fault("braces without a name between them");
        }
        all.addAll(names);
        if (names.isEmpty()) {
            String literal = PercentCoding.decode(text, false);
            return new Segment(literal == null ? text : literal, null, List.of());
        }
        boolean isAlone = names.size() == 1 && text.equals("{" + names.getFirst() + "}");
        pattern.append(quoted(text.substring(from)));
        return new Segment(null, isAlone ? null : Pattern.compile(pattern.toString()), List.copyOf(names));
    }

    private static String quoted(String text) {
        return Pattern.quote(NormalPath.ofPart(Octets.fromText(text)));
    }

    List<String> names() {
        return segments.stream().flatMap(segment -> segment.names().stream()).toList();
    }

    String key() {
        StringBuilder key = new StringBuilder();
        segments.forEach(segment -> key.append('/').append(segment.key()));
        return key.toString();
    }
}
