package io.policyengine.testkit.format;

import java.util.stream.Stream;

/** Values of {@code Content-Type} that servers treat as JSON, and similar values of other types. */
public final class JsonTypeSpellings {
    private JsonTypeSpellings() {}

    /** Returns the values that servers treat as JSON. */
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

    /** Returns the similar values of other types. */
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
