package io.policyengine.admin.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of a query that has been checked against the {@link QueryParameter}s of its operation. */
final class QueryValues {
    private final Map<String, String> query;

    QueryValues(ApiRequest request) {
        this.query = request.query();
    }

    /** Returns a text, or an empty one if absent. */
    String text(String name) {
        return query.getOrDefault(name, "");
    }

    /** Returns the value of a flag, false if absent. */
    boolean flag(String name) {
        return text(name).equals("true");
    }

    /** Returns the constant whose name in lower case is the value, or null if absent. */
    <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
        return labelled(name, type.getEnumConstants(), one -> one.name().toLowerCase(Locale.ROOT));
    }

    /** Returns the constant whose label is the value, or null if absent. */
    <E extends Enum<E>> @Nullable E labelled(String name, E[] all, Function<E, String> label) {
        String text = query.get(name);
        return text == null
                ? null
                : Arrays.stream(all)
                        .filter(one -> label.apply(one).equals(text))
                        .findFirst()
                        .orElseThrow();
    }

    /** Returns a number, or the default if absent. */
    int number(String name, int usual) {
        String text = query.get(name);
        return text == null ? usual : Integer.parseInt(text);
    }
}
