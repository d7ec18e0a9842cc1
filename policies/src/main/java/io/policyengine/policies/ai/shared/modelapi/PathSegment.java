package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.http.HeaderMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A segment of a path, parsed as leniently as servers parse it: empty segments are skipped, an encoded slash is a
 * slash, and parameters are ignored.
 *
 * @param text text of the segment, with percent-encoding decoded once
 * @param from start of the segment in the target
 * @param to end of the segment in the target, exclusive
 */
public record PathSegment(String text, int from, int to) {
    private static final int ENCODED_LENGTH = 3;
    /** Characters that end a segment or the path for some servers, but not for all. */
    private static final String UNCLEAR = "\\;#?%";

    private static final char DELETE = 0x7f;

    /** Returns the segments of a target's path, in order. */
    public static List<PathSegment> of(String target) {
        int end = endOfPath(target);
        List<PathSegment> segments = new ArrayList<>(8);
        int start = 0;
        int i = 0;
        while (i < end) {
            int length = isEncoded(target, i, end) ? ENCODED_LENGTH : 1;
            if (octet(target, i, length) == '/') {
                add(segments, target, start, i);
                start = i + length;
            }
            i += length;
        }
        add(segments, target, start, end);
        return segments;
    }

    /**
     * Returns whether servers interpret the path of a target differently: it has parameters, backslashes, dot segments,
     * control characters, double encoding, or invalid encoding.
     */
    public static boolean isUnclear(String target) {
        int question = target.indexOf('?');
        int end = question < 0 ? target.length() : question;
        int i = 0;
        while (i < end) {
            boolean isEncoded = isEncoded(target, i, end);
            int length = isEncoded ? ENCODED_LENGTH : 1;
            char octet = octet(target, i, length);
            if (octet <= ' ' || octet == DELETE || UNCLEAR.indexOf(octet) >= 0) {
                return true;
            }
            i += length;
        }
        return of(target).stream().anyMatch(segment -> segment.isDots() || segment.text.indexOf('\uFFFD') >= 0);
    }

    private boolean isDots() {
        return text.equals(".") || text.equals("..");
    }

    public String lowerCase() {
        return HeaderMap.lowerCase(text);
    }

    private static int endOfPath(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) == '?' || target.charAt(i) == '#') {
                return i;
            }
        }
        return target.length();
    }

    private static void add(List<PathSegment> segments, String target, int from, int to) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(to - from);
        int i = from;
        while (i < to) {
            int length = isEncoded(target, i, to) ? ENCODED_LENGTH : 1;
            char octet = octet(target, i, length);
            if (octet == ';') {
                break;
            }
            octets.write(octet);
            i += length;
        }
        if (octets.size() > 0) {
            segments.add(new PathSegment(octets.toString(StandardCharsets.UTF_8), from, i));
        }
    }

    private static boolean isEncoded(String target, int at, int end) {
        return target.charAt(at) == '%'
                && at + 2 < end
                && HexFormat.isHexDigit(target.charAt(at + 1))
                && HexFormat.isHexDigit(target.charAt(at + 2));
    }

    private static char octet(String target, int at, int length) {
        return length == 1 ? target.charAt(at) : (char) HexFormat.fromHexDigits(target, at + 1, at + ENCODED_LENGTH);
    }
}
