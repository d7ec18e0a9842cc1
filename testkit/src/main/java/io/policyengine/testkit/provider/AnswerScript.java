package io.policyengine.testkit.provider;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The response that a test wants.
 *
 * @param pieces number of pieces of text, one token each
 * @param cut bytes of each write to the connection; 0 for one event a write
 * @param pause time between two writes
 * @param usage the accuracy of the reported usage
 * @param end how the response ends
 * @param gzip true if its body is compressed
 * @param contentType the stated type; empty for the correct one
 * @param status its status; an error of the API's shape unless 200, nothing with 204
 */
public record AnswerScript(
        int pieces,
        int cut,
        Duration pause,
        ReportedAccuracy usage,
        Ending end,
        boolean gzip,
        String contentType,
        int status) {
    /** The field of a request that carries the script for its answer. */
    public static final String HEADER = "x-fake-provider";

    /** A whole and true answer of eight pieces. */
    public static final AnswerScript HONEST =
            new AnswerScript(8, 0, Duration.ZERO, ReportedAccuracy.TRUE, Ending.COMPLETE, false, "", 200);

    /** The end that an answer comes to. */
    public enum Ending {
        /** The response is complete. */
        COMPLETE,
        /** The connection is broken off after half of the pieces. */
        BROKEN,
        /** The connection is broken off before the first byte. */
        SILENT,
        /** Nothing is sent until the client disconnects. */
        MUTE,
        /** The body ends well before its first byte. */
        EMPTY,
        /** The body ends well after half of the pieces, without what should come last. */
        TRUNCATED,
        /** An error in the shape of the API comes after half of the pieces, and is the end. */
        ERROR,
        /** Nothing more is sent after half of the pieces, until the client disconnects. */
        STALLED,
        /** Octets that belong to nothing follow. */
        TRAILED
    }

    /** Returns a copy with so many pieces. */
    public AnswerScript withPieces(int number) {
        return new AnswerScript(number, cut, pause, usage, end, gzip, contentType, status);
    }

    /** Cut into writes of so many bytes. */
    public AnswerScript withCut(int bytes) {
        return new AnswerScript(pieces, bytes, pause, usage, end, gzip, contentType, status);
    }

    /** Returns a copy with this time between two writes. */
    public AnswerScript withPause(Duration time) {
        return new AnswerScript(pieces, cut, time, usage, end, gzip, contentType, status);
    }

    /** Returns a copy with this usage. */
    public AnswerScript withUsage(ReportedAccuracy told) {
        return new AnswerScript(pieces, cut, pause, told, end, gzip, contentType, status);
    }

    /** Returns a copy with this end. */
    public AnswerScript withEnd(Ending ending) {
        return new AnswerScript(pieces, cut, pause, usage, ending, gzip, contentType, status);
    }

    /** Compressed. */
    public AnswerScript compressed() {
        return new AnswerScript(pieces, cut, pause, usage, end, true, contentType, status);
    }

    /** Stating this type. */
    public AnswerScript withContentType(String type) {
        return new AnswerScript(pieces, cut, pause, usage, end, gzip, type, status);
    }

    /** Returns a copy with this status. */
    public AnswerScript withStatus(int code) {
        return new AnswerScript(pieces, cut, pause, usage, end, gzip, contentType, code);
    }

    /** The value of {@link #HEADER} that says the same. */
    public String header() {
        return "pieces=%d;cut=%d;pause=%d;usage=%s;end=%s;gzip=%b;type=%s;status=%d"
                .formatted(pieces, cut, pause.toMillis(), usage, end, gzip, contentType.replace(";", ","), status);
    }

    /** The script of a header's value that {@link #header} has written. */
    static AnswerScript of(String header) {
        Map<String, String> told = Arrays.stream(header.split(";", -1))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        return new AnswerScript(
                Integer.parseInt(part(told, "pieces")),
                Integer.parseInt(part(told, "cut")),
                Duration.ofMillis(Long.parseLong(part(told, "pause"))),
                ReportedAccuracy.valueOf(part(told, "usage")),
                Ending.valueOf(part(told, "end")),
                Boolean.parseBoolean(part(told, "gzip")),
                part(told, "type").replace(",", ";"),
                Integer.parseInt(part(told, "status")));
    }

    private static String part(Map<String, String> told, String name) {
        return Objects.requireNonNull(told.get(name), name);
    }
}
