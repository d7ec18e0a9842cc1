package io.policyengine.benchmarks.policies;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Sample bodies of 1 MiB in several formats, and a stream of events. Their content is ordinary, so policies find
 * nothing in it.
 */
enum SampleBody {
    JSON("application/json", "{\"id\": 1, \"customers\": [", ",", "]}", SampleBody::customer),
    /** A GraphQL operation with a long list of customers as a variable. */
    GRAPHQL(
            "application/json",
            "{\"query\": \"mutation A($c: [Customer!]!) { save(customers: $c) { id } }\", \"variables\": {\"c\": [",
            ",",
            "]}}",
            SampleBody::customer),
    XML("application/xml", "<customers>", "\n", "</customers>", SampleBody::element),
    TEXT("text/plain; charset=utf-8", "", "\n", "", SampleBody::sentence),
    FORM(
            "application/x-www-form-urlencoded",
            "",
            "&",
            "",
            n -> "field" + n + "=" + sentence(n).replace(' ', '+')),
    MULTIPART("multipart/form-data; boundary=frontier", "", "", "--frontier--\r\n", SampleBody::part);

    /** The number of events in a sample stream. */
    static final int EVENTS = 200;

    private static final int MEBIBYTE = 1 << 20;
    private static final String[] WORDS =
            "the order was sent to our customer last week and will arrive with the next delivery of spare parts"
                    .split(" ", -1);

    private final String contentType;
    private final String open;
    private final String between;
    private final String close;
    private final IntFunction<String> piece;

    SampleBody(String contentType, String open, String between, String close, IntFunction<String> piece) {
        this.contentType = contentType;
        this.open = open;
        this.between = between;
        this.close = close;
        this.piece = piece;
    }

    String contentType() {
        return contentType;
    }

    /** Returns a body of almost 1 MiB, never more. */
    Buffer mebibyte() {
        StringBuilder body = new StringBuilder(MEBIBYTE).append(open);
        for (int n = 0; ; n++) {
            String next = piece.apply(n);
            if (body.length() + next.length() + between.length() + close.length() > MEBIBYTE) {
                return Buffer.buffer(body.append(close).toString());
            }
            body.append(n == 0 ? "" : between).append(next);
        }
    }

    /** Returns the events of a streamed completion in OpenAI's format, one word each. */
    static List<Buffer> events() {
        List<Buffer> events = new ArrayList<>();
        for (int n = 0; n < EVENTS; n++) {
            events.add(Buffer.buffer("""
                    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o",\
                    "choices":[{"index":0,"delta":{"content":" %s"},"finish_reason":null}]}

                    """.formatted(WORDS[n % WORDS.length])));
        }
        return events;
    }

    private static String sentence(int n) {
        StringBuilder sentence = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            sentence.append(i == 0 ? "" : " ").append(WORDS[(n + i * 7) % WORDS.length]);
        }
        return sentence.toString();
    }

    private static String customer(int n) {
        return String.format(
                Locale.ROOT,
                "{\"id\": %d, \"name\": \"Customer %d\", \"note\": \"%s\", \"tags\": [\"new\", \"vip\"], \"total\": %d.50}",
                n,
                n,
                sentence(n),
                n % 1000);
    }

    private static String element(int n) {
        return "<customer id=\"" + n + "\"><name>Customer " + n + "</name><note>" + sentence(n) + "</note></customer>";
    }

    private static String part(int n) {
        return "--frontier\r\nContent-Disposition: form-data; name=\"file" + n + "\"; filename=\"" + n
                + ".txt\"\r\nContent-Type: text/plain\r\n\r\n" + (sentence(n) + "\n").repeat(400) + "\r\n";
    }
}
