package io.policyengine.e2e.body;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.body.BodyStack.Flow;
import io.policyengine.e2e.body.BodyStack.Mode;
import io.policyengine.e2e.body.Collector.Framing;
import io.policyengine.e2e.body.Collector.Whole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** One combination of the matrix, and what is to become of it by the rules of bodies (SPEC §3). */
record Cell(Mode mode, Flow flow, Protocol protocol, BodyKind kind, boolean trailers) {
    private static final String TRAILER = "x-checked";
    private static final int MAX_SHOWN = 80;

    /** All that there are but those in which the engine has no part. */
    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (BodyKind kind : BodyKind.values()) {
            for (Mode mode : Mode.values()) {
                for (Flow flow : Flow.values()) {
                    for (Protocol protocol : Protocol.values()) {
                        cells.add(new Cell(mode, flow, protocol, kind, false));
                        cells.add(new Cell(mode, flow, protocol, kind, true));
                    }
                }
            }
        }
        cells.removeIf(Cell::isEnvoysAlone);
        return cells;
    }

    /** Envoy sends nothing of a body that it cannot hold: it answers 413 itself, or waits for ever where it came from NONE. */
    private boolean isEnvoysAlone() {
        return kind == BodyKind.BEYOND_LIMIT && effective() == Mode.BUFFERED;
    }

    /** How the request ends. */
    int status() {
        if (flow == Flow.WHOLE && mode == Mode.STREAMED) {
            return 500; // The headers are upstream before the body is whole. Told on the request's, whatever comes.
        }
        if (kind == BodyKind.NONE && trailers && mode == Mode.NONE) {
            return 500; // These come first: nothing has shown yet that Envoy sends bodies that it is asked for.
        }
        if (kind == BodyKind.NONE || (kind == BodyKind.EMPTY && trailers)) {
            return 200; // No body message: at most trailers.
        }
        boolean tooLong = kind == BodyKind.BEYOND_LIMIT;
        return switch (effective()) {
            case BUFFERED -> 200;
            case BUFFERED_PARTIAL -> tooLong || trailers ? 413 : 200; // Nothing tells the engine that it saw all.
            case STREAMED ->
                // The rest of the coding comes when the last chunk is answered already: only trailers tell that it was
                // the last.
                kind == BodyKind.GZIP && trailers ? 500 : 200;
            case FULL_DUPLEX_STREAMED -> tooLong && flow == Flow.WHOLE ? 413 : 200;
            case NONE -> throw new IllegalStateException("the engine asks for the body");
        };
    }

    /** The mode after the engine has asked for another than NONE. */
    private Mode effective() {
        if (mode != Mode.NONE) {
            return mode;
        }
        return flow == Flow.WHOLE ? Mode.BUFFERED : Mode.STREAMED;
    }

    /** How the client frames the request. */
    Framing sent() {
        if (trailers || kind.chunked()) {
            return Framing.CHUNKED;
        }
        return kind == BodyKind.NONE ? Framing.NONE : Framing.LENGTH;
    }

    /** What the client sends. */
    Request request() {
        Map<String, String> headers = new HashMap<>();
        headers.put(EchoServer.WANTED_FRAMING, (sent() == Framing.NONE ? Framing.LENGTH : sent()).name());
        if (kind == BodyKind.GZIP) {
            headers.put("content-encoding", "gzip");
        }
        return new Request(
                flow.path(mode),
                headers,
                kind.chunks(),
                sent() == Framing.CHUNKED,
                trailers ? Map.of(TRAILER, "yes") : Map.of());
    }

    /** What of the answer is not as it has to be. */
    List<String> faults(Whole<HttpResponse> answer) throws IOException {
        Faults faults = new Faults();
        faults.compare("status", answer.head().status().code(), status());
        if (status() != 200 || !faults.found().isEmpty()) {
            return faults.found();
        }
        String coding = answer.header(HttpHeaderNames.CONTENT_ENCODING);
        faults.compare("content-encoding", coding, kind == BodyKind.GZIP ? "gzip" : null);
        String body = coding == null
                ? text(answer.body().getBytes())
                : unzipped(answer.body().getBytes());
        if (!body.equals(kind.changed())) {
            faults.add("body is " + abbreviated(body));
        }
        faults.compare("trailer", answer.trailers().get(TRAILER), trailers ? "yes" : null);
        faults.compare(
                "framing of the request upstream",
                answer.header(EchoServer.SEEN_FRAMING),
                goesOn(sent()).name());
        if (sent() != Framing.NONE) {
            faults.compare("framing of the answer", answer.framing(), goesOn(sent()));
        }
        if (goesOn(sent()) == Framing.LENGTH) {
            faults.compare(
                    "content-length upstream",
                    answer.header(EchoServer.SEEN_LENGTH),
                    answer.header(EchoServer.SEEN_BYTES));
            faults.compare(
                    "content-length",
                    answer.header(HttpHeaderNames.CONTENT_LENGTH),
                    String.valueOf(answer.body().length()));
        }
        return faults.found();
    }

    private static final class Faults {
        private final List<String> found = new ArrayList<>();

        void compare(String what, @Nullable Object actual, @Nullable Object expected) {
            if (!Objects.equals(actual, expected)) {
                add(what + " is " + actual + " instead of " + expected);
            }
        }

        void add(String fault) {
            found.add(fault);
        }

        List<String> found() {
            return found;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return text(gzip.readAllBytes());
        }
    }

    private static String abbreviated(String body) {
        return body.length() + " bytes, '" + (body.length() > MAX_SHOWN ? body.substring(0, MAX_SHOWN) + "…" : body)
                + "'";
    }

    /** How a message goes on that came so: only BUFFERED knows the new length while Envoy holds the headers. */
    private Framing goesOn(Framing came) {
        return came == Framing.LENGTH && effective() != Mode.BUFFERED ? Framing.CHUNKED : came;
    }

    @Override
    public String toString() {
        return mode + ", " + flow + ", " + protocol + ", " + kind + (trailers ? " with trailers" : "");
    }
}
