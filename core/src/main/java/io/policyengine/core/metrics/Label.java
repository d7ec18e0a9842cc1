package io.policyengine.core.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A label of metrics.
 *
 * @param meaning the meaning of its values, as Markdown; empty if {@code values} is self-explanatory
 * @param values all possible values; empty if they come from the configuration
 */
public record Label(String name, String meaning, List<String> values) {
    public Label {
        values = List.copyOf(values);
    }

    /** A label whose values come from the configuration. */
    static Label of(String name, String meaning) {
        return new Label(name, meaning, List.of());
    }

    static Label oneOf(String name, String... values) {
        return new Label(name, "", List.of(values));
    }

    /** A label whose values are the constants of an enum, in lower case. */
    static Label oneOf(String name, Enum<?>[] values) {
        return new Label(
                name,
                "",
                Arrays.stream(values)
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    public boolean allows(String value) {
        return values.isEmpty() || values.contains(value);
    }
}
