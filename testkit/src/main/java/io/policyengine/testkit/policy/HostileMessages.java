package io.policyengine.testkit.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Creates variants of messages with which a sender could try to make a policy fail. Every run creates the same
 * variants.
 */
final class HostileMessages {
    private static final int LONG = 10_000;
    private static final String OCTETS = "\u0080\u00ff\u00c3(";

    /** Hostile bodies, each valid in at most one of the content types. */
    private static final List<Buffer> BODIES = Stream.of(
                    "",
                    "x",
                    "null",
                    "[".repeat(600),
                    "{\"a\":1,\"a\":{\"b\":[]}}",
                    "{\"model\":7,\"messages\":{},\"jsonrpc\":\"2.0\",\"id\":[],\"method\":1}",
                    "{\"query\":\"{\",\"variables\":[]}",
                    "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                    "data: {\n\n: \ndata: [DONE]",
                    "--x\r\nContent-Disposition: form-data\r\n\r\n",
                    "a=%zz&a=%ff&=",
                    "\u001f\u008b\b\u0000",
                    OCTETS)
            .map(text -> Buffer.buffer(text, "ISO-8859-1"))
            .toList();

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json; charset=utf-16",
            "text/xml",
            "text/event-stream",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            "application/grpc",
            OCTETS);

    private HostileMessages() {}

    static List<RequestView> of(RequestView request) {
        List<RequestView> all = new ArrayList<>();
        for (String method : List.of("POST", "OPTIONS", "BREW", "")) {
            all.add(request.withMethod(method));
        }
        for (String path : List.of("", "*", "/%zz", "/..%2f%2e%2e/a?%ff=&&a=1&a", "/" + "a".repeat(LONG))) {
            all.add(request.withRawPath(path));
        }
        all.add(request.withAuthority("a:b:c"));
        for (String client : List.of("", "::1", "a client")) {
            all.add(from(client, request));
        }
        addContents(request, all);
        return all;
    }

    private static RequestView from(String client, RequestView of) {
        return new RequestView(
                of.method(),
                of.scheme(),
                of.authority(),
                of.rawPath(),
                of.headers(),
                client,
                of.attributes(),
                of.body(),
                false);
    }

    static List<ResponseView> of(ResponseView response) {
        List<ResponseView> all = new ArrayList<>();
        for (int status : List.of(204, 304, 500)) {
            all.add(new ResponseView(status, response.headers(), response.body()));
        }
        addContents(response, all);
        return all;
    }

    /** Adds variants of a message with other header fields and other bodies. */
    private static <M extends MessageView<M>> void addContents(M message, List<M> all) {
        Function<HeaderMap, M> with = message::withHeaders;
        message.headers().forEach((name, value) -> {
            for (String other : List.of("", OCTETS, "a".repeat(LONG), "é, " + value, value + value)) {
                all.add(with.apply(
                        message.headers().toBuilder().set(name, other).build()));
            }
            all.add(with.apply(message.headers().toBuilder().append(name, value).build()));
            all.add(with.apply(message.headers().toBuilder().remove(name).build()));
        });
        for (Buffer body : BODIES) {
            all.add(message.withBody(body));
        }
        for (int i = 0; i < TYPES.size(); i++) {
            HeaderMap headers = message.headers().toBuilder()
                    .set("content-type", TYPES.get(i))
                    .build();
            all.add(with.apply(headers));
            all.add(with.apply(headers).withBody(BODIES.get(i % BODIES.size())));
        }
    }
}
