package io.policyengine.testkit.format;

import java.util.stream.Stream;

/** Spellings of a stream of Server-Sent Events (WHATWG HTML §9.2) that contains one event. */
public final class EventSpellings {
    private EventSpellings() {}

    /** Returns all spellings, with {@code %s} in place of the event's data. */
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
     * Returns the stream with this JSON as the event's data. The blank after each colon is replaced by a line break and
     * a new {@code data:}, which does not change the JSON.
     *
     * @param json contains no colon followed by a blank inside its strings
     */
    public static String stream(String spelling, String json) {
        return spelling.replace(
                "%s", json.replace(": ", ":\ndata:").replace("\n", spelling.contains("\n") ? "\n" : "\r"));
    }
}
