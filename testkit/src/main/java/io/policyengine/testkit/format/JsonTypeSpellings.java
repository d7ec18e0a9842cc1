package io.policyengine.testkit.format;

import java.util.stream.Stream;

/** The values of {@code Content-Type} by which servers take a body for JSON, and such that look like one. */
public final class JsonTypeSpellings {
    private JsonTypeSpellings() {}

    /** Returns the values that state JSON. */
    public static Stream<String> json() {
        return Stream.of(
                "application/json",
                "APPLICATION/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\"; profile=\"a;b\"",
                " application/json ;",
                "text/json",
                "Text/Json; charset=utf-8",
                "application/x-json",
                "text/x-json",
                "model/json",
                "application/problem+json",
                "application/vnd.x+json",
                "Application/Vnd.X+JSON; v=1");
    }

    /** Returns the values that state another type. */
    public static Stream<String> other() {
        return Stream.of(
                "text/plain",
                "text/plain; a=application/json",
                "application/jsonp",
                "application/json+zip",
                "application/xjson",
                "application/octet-stream; name=\"a.json\"");
    }
}
