package io.policyengine.testkit.provider;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The script of a fake provider's response: its content, timing and end.
 *
 * @param pieces number of pieces of text, one token each
 * @param cut number of bytes of each write to the connection; 0 for one event per write
 * @param pause time between two writes
 * @param usage the accuracy of the reported usage
 * @param end the way the response ends
 * @param gzip true if the body is compressed
 * @param contentType the Content-Type to send; empty for the correct one
 * @param status the HTTP status; 204 has no body, and any status other than 200 and 204 has an error as its body
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
    /** Name of the request header that contains the script of the response. */
    public static final String HEADER = "x-fake-provider";

    /** A complete response of eight pieces that reports the true usage. */
    public static final AnswerScript HONEST =
            new AnswerScript(8, 0, Duration.ZERO, ReportedAccuracy.TRUE, Ending.COMPLETE, false, "", 200);

    /** The way in which a fake provider's response ends. */
    public enum Ending {
        COMPLETE,
        /** The connection breaks after half of the content. */
        BROKEN,
        /** The connection breaks before the response begins. */
        SILENT,
        /** Nothing is sent; the response stays open until the client disconnects. */
        MUTE,
        /** The response ends normally with an empty body. */
        EMPTY,
        /** The response ends normally after half of the content, without the closing part. */
        TRUNCATED,
        /** A streamed response ends with an error after half of the pieces; other responses are truncated. */
        ERROR,
        /** Half of the content is sent; then the response stays open until the client disconnects. */
        STALLED,
        /** Meaningless bytes follow the complete content. */
        TRAILED
    }

    public AnswerScript withPieces(int number) {
        return new AnswerScript(number, cut, pause, usage, end, gzip, contentType, status);
    }

    public AnswerScript withCut(int bytes) {
        return new AnswerScript(pieces, bytes, pause, usage, end, gzip, contentType, status);
    }

    public AnswerScript withPause(Duration time) {
        return new AnswerScript(pieces, cut, time, usage, end, gzip, contentType, status);
    }

    public AnswerScript withUsage(ReportedAccuracy told) {
        return new AnswerScript(pieces, cut, pause, told, end, gzip, contentType, status);
    }

    public AnswerScript withEnd(Ending ending) {
        return new AnswerScript(pieces, cut, pause, usage, ending, gzip, contentType, status);
    }

    public AnswerScript compressed() {
        return new AnswerScript(pieces, cut, pause, usage, end, true, contentType, status);
    }

    public AnswerScript withContentType(String type) {
        return new AnswerScript(pieces, cut, pause, usage, end, gzip, type, status);
    }

    public AnswerScript withStatus(int code) {
        return new AnswerScript(pieces, cut, pause, usage, end, gzip, contentType, code);
    }

    public String header() {
        return "pieces=%d;cut=%d;pause=%d;usage=%s;end=%s;gzip=%b;type=%s;status=%d"
                .formatted(pieces, cut, pause.toMillis(), usage, end, gzip, contentType.replace(";", ","), status);
    }

    /** Parses the result of {@link #header}. */
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
