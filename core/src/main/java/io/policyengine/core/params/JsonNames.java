package io.policyengine.core.params;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.PropertyNamingStrategies;

/** Converts Java names to JSON names: snake case, unless {@code @JsonProperty} gives another name. */
public final class JsonNames {
    private static final Snake SNAKE = new Snake();

    private JsonNames() {}

    /** Converts a Java name to snake case, such as {@code requestsPerSecond} to {@code requests_per_second}. */
    static String snakeCase(String javaName) {
        return SNAKE.of(javaName);
    }

    /** Returns the JSON name of a record's component. */
    public static String ofComponent(RecordComponent component) {
        var property = component.getAccessor().getAnnotation(JsonProperty.class);
        return property != null && !property.value().isEmpty() ? property.value() : snakeCase(component.getName());
    }

    /** Returns the JSON names of an enum's constants, in order. */
    static List<String> ofEnum(Class<?> type) {
        return Stream.of(type.getEnumConstants())
                .map(constant -> ofConstant(type, ((Enum<?>) constant).name()))
                .toList();
    }

    /** Returns the JSON name of an enum's constant, such as {@code skip_remaining} for {@code SKIP_REMAINING}. */
    static String ofConstant(Class<?> type, String constant) {
        try {
            var property = type.getField(constant).getAnnotation(JsonProperty.class);
            return property != null && !property.value().isEmpty()
                    ? property.value()
                    : constant.toLowerCase(Locale.ROOT);
        } catch (NoSuchFieldException e) {
            throw new IllegalArgumentException(constant + " is no constant of " + type, e);
        }
    }

    private static final class Snake extends PropertyNamingStrategies.SnakeCaseStrategy {
        private static final long serialVersionUID = 1L;

        String of(String javaName) {
            return translate(javaName);
        }
    }
}
