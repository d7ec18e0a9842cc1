package io.policyengine.testkit.envoy;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.model.HttpPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the parts of one HTTP message that the simulated Envoy sends. */
final class HttpSink {
    private @Nullable HeaderMap head;
    private final List<ByteString> body = new ArrayList<>();
    private @Nullable HeaderMap trailers;
    private boolean complete;

    void accept(HttpPart part) {
        switch (part) {
            case HttpPart.Headers headers -> {
                head = headers.fields();
                complete = headers.endOfStream();
            }
            case HttpPart.Data data -> {
                body.add(data.bytes());
                complete = data.endOfStream();
            }
            case HttpPart.Trailers fields -> {
                trailers = fields.fields();
                complete = true;
            }
        }
    }

    boolean begun() {
        return head != null;
    }

    boolean complete() {
        return complete;
    }

    @Nullable
    SimRequest request() {
        return head == null
                ? null
                : new SimRequest(
                        pseudo(head, ":method"),
                        pseudo(head, ":scheme"),
                        pseudo(head, ":authority"),
                        pseudo(head, ":path"),
                        regular(head),
                        body,
                        trailers);
    }

    SimResponse response() {
        return head == null
                ? new SimResponse(0, HeaderMap.empty(), List.of(), null)
                : new SimResponse(Integer.parseInt(pseudo(head, ":status")), regular(head), body, trailers);
    }

    /** Returns a fault if content-length contradicts a complete body, or null. */
    @Nullable
    String lengthFault() {
        String length = head == null ? null : head.get("content-length");
        return length == null || !complete || length.equals(Integer.toString(size()))
                ? null
                : "content-length " + length + " with " + size() + " bytes of body";
    }

    /**
     * Returns a fault if the message has a body although it must not have one, or null. The peer would mistake the body
     * for the next message.
     */
    @Nullable
    String bodyFault() {
        return size() == 0 ? null : size() + " bytes of body where there must be none";
    }

    private int size() {
        return body.stream().mapToInt(ByteString::size).sum();
    }

    private static String pseudo(HeaderMap fields, String name) {
        return Objects.requireNonNullElse(fields.get(name), "");
    }

    private static HeaderMap regular(HeaderMap fields) {
        HeaderMap.Builder regular = HeaderMap.builder(fields.size());
        fields.forEach((name, value) -> {
            if (!name.startsWith(":")) {
                regular.append(name, value);
            }
        });
        return regular.build();
    }
}
