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

    /** Returns the value of a text parameter, or an empty text if absent. */
    String text(String name) {
        return query.getOrDefault(name, "");
    }

    /** Returns the value of a flag, or false if absent. */
    boolean flag(String name) {
        return text(name).equals("true");
    }

    /** Returns the enum constant whose name in lower case equals the value, or null if absent. */
    <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
        return labelled(name, type.getEnumConstants(), one -> one.name().toLowerCase(Locale.ROOT));
    }

    /** Returns the enum constant whose label equals the value, or null if absent. */
    <E extends Enum<E>> @Nullable E labelled(String name, E[] all, Function<E, String> label) {
        String text = query.get(name);
        return text == null
                ? null
                : Arrays.stream(all)
                        .filter(one -> label.apply(one).equals(text))
                        .findFirst()
                        .orElseThrow();
    }

    /** Returns the value of a number parameter, or the default if absent. */
    int number(String name, int usual) {
        String text = query.get(name);
        return text == null ? usual : Integer.parseInt(text);
    }
}
