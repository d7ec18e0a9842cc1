package io.policyengine.policies.message.rewrite;

import com.google.re2j.Matcher;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.NormalPath;
import io.policyengine.policies.shared.template.TargetEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A path with references such as {@code $1} to the groups of a pattern.
 *
 * @param chunks in the order of the text
 */
record PathReplacement(List<Chunk> chunks) {
    sealed interface Chunk {
        record Literal(String octets) implements Chunk {}

        /** A reference to a group. In the query, the group's text is encoded as a single value. */
        record Group(int number, boolean inQuery) implements Chunk {}
    }

    /**
     * Returns the new request target.
     *
     * @param matched a match in the normal form of the path
     * @param path the path as the client spelled it
     * @throws PolicyException if the target does not begin with a slash
     */
    String fill(Matcher matched, String path) {
        StringBuilder text = new StringBuilder();
        for (Chunk chunk : chunks) {
            text.append(
                    switch (chunk) {
                        case Chunk.Literal(String octets) -> octets;
                        case Chunk.Group(int number, boolean inQuery) -> octets(group(matched, number, path), inQuery);
                    });
        }
        if (text.isEmpty() || text.charAt(0) != '/') {
            throw new PolicyException(
                    ErrorCode.INVALID_REQUEST, "path_replacement results in a path that does not begin with /");
        }
        return TargetEncoding.joined(text.toString());
    }

    /** Returns the part of the path that a group matched; empty if the group did not match. */
    private static String group(Matcher matched, int number, String path) {
        int start = matched.start(number);
        return start < 0
                ? ""
                : path.substring(NormalPath.indexIn(path, start), NormalPath.indexIn(path, matched.end(number)));
    }

    private static String octets(String group, boolean inQuery) {
        return inQuery ? TargetEncoding.pathInQuery(group) : group;
    }

    /**
     * Parses a replacement.
     *
     * @param groups number of groups in the pattern
     * @throws IllegalArgumentException if a group does not exist or the text is not a path; the message names the
     *     remedy
     */
    static PathReplacement parse(String text, int groups) {
        List<Chunk> chunks = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        boolean inQuery = false;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '$') {
                inQuery |= c == '?';
                literal.append(c);
            } else if (at < text.length() && text.charAt(at) == '$') {
                literal.append('$');
                at++;
            } else {
                int end = endOfNumber(text, at);
                flush(literal, chunks);
                chunks.add(new Chunk.Group(group(text.substring(at, end), groups), inQuery));
                at = end;
            }
        }
        flush(literal, chunks);
        if (chunks.isEmpty()
                || (chunks.getFirst() instanceof Chunk.Literal(String octets) && octets.charAt(0) != '/')) {
            throw new IllegalArgumentException("a path begins with /");
        }
        requireNoDots(chunks);
        return new PathReplacement(List.copyOf(chunks));
    }

    private static void requireNoDots(List<Chunk> chunks) {
        String written = chunks.stream()
                .map(chunk -> chunk instanceof Chunk.Literal(String octets) ? octets : "x")
                .collect(Collectors.joining());
        if (TargetEncoding.hasDotSegment(written)) {
            throw new IllegalArgumentException("expected a path without the segments . and ..");
        }
    }

    private static int endOfNumber(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static int group(String digits, int groups) {
        if (digits.isEmpty()) {
            throw new IllegalArgumentException(
                    "a $ without the number of a group: write $$ for a dollar sign; only the parameter path may "
                            + "contain templates");
        }
        int number = digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        if (number > groups) {
            throw new IllegalArgumentException(
                    "$" + digits + ", but path_pattern has " + (groups == 1 ? "1 group" : groups + " groups"));
        }
        return number;
    }

    private static void flush(StringBuilder literal, List<Chunk> chunks) {
        if (!literal.isEmpty()) {
            String octets = literal.toString();
            if (!TargetEncoding.isLegal(octets) || octets.indexOf('#') >= 0) {
                throw new IllegalArgumentException(
                        "a character that no request target may contain: percent-encode it, such as %20 for a blank");
            }
            chunks.add(new Chunk.Literal(octets));
            literal.setLength(0);
        }
    }
}
