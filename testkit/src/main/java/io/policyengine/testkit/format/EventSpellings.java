package io.policyengine.testkit.format;

import java.util.stream.Stream;

/** The ways to write a stream of server-sent events (WHATWG HTML §9.2) with one event. */
public final class EventSpellings {
    private EventSpellings() {}

    /** Returns the streams, with {@code %s} in the place of the data of their one event. */
    public static Stream<String> all() {
        return Stream.of(
                "data: %s\n\n",
                "data:%s\n\n",
                "data: %s\r\n\r\n",
                "data: %s\r\r",
                "data: %s\n\r",
                "data: %s\r\n\r",
                "\uFEFFdata: %s\n\n",
                "\uFEFF\n\ndata: %s\n\n",
                ":\r: comment\rdata: %s\r\r",
                "id: 1\0\nretry: 5\nevent: message\ndata: %s\nid\n\n",
                ":\n\n\uFEFFdata: no\n\ndata: %s\n\n",
                "datax: no\ndata: %s\n data: no\n\n",
                "Data: no\ndata : no\ndata: %s\n\n");
    }

    /**
     * Returns the stream of this JSON, with a line of data at each blank behind a colon: the line end between them means nothing in JSON.
     *
     * @param json without a colon and a blank in its strings
     */
    public static String stream(String spelling, String json) {
        return spelling.replace(
                "%s", json.replace(": ", ":\ndata:").replace("\n", spelling.contains("\n") ? "\n" : "\r"));
    }
}
