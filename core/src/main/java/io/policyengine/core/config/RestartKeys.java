package io.policyengine.core.config;

import io.policyengine.core.params.JsonNames;
import io.policyengine.core.params.Restart;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the running values of settings marked {@link Restart}, because their changes take effect only after a restart.
 */
public final class RestartKeys {
    private RestartKeys() {}

    /**
     * The result of {@link RestartKeys#keep}.
     * @param value the configuration that can be put in force now
     * @param ignored the keys whose change was ignored, as dotted paths
     */
    public record Kept<R extends Record>(R value, List<String> ignored) {}

    /**
     * Returns the wanted configuration, but with the running values of settings marked {@link Restart}, at any depth of
     * records.
     * @param running the configuration in force
     * @param wanted the configuration as written
     * @param key the key of the configuration as a whole
     */
    public static <R extends Record> Kept<R> keep(R running, R wanted, String key) {
        List<String> ignored = new ArrayList<>();
        return new Kept<>(merge(running, wanted, key, ignored), List.copyOf(ignored));
    }

    @SuppressWarnings("unchecked") // an instance of the record's own class
    private static <R extends Record> R merge(R running, R wanted, String key, List<String> ignored) {
        RecordComponent[] components = running.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        try {
            for (int i = 0; i < components.length; i++) {
                RecordComponent component = components[i];
                types[i] = component.getType();
                Object before = component.getAccessor().invoke(running);
                Object after = component.getAccessor().invoke(wanted);
                values[i] = value(component, before, after, key + "." + JsonNames.ofComponent(component), ignored);
            }
            return (R) running.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(running.getClass() + " is no public record", e);
        }
    }

    private static @Nullable Object value(
            RecordComponent component,
            @Nullable Object before,
            @Nullable Object after,
            String key,
            List<String> ignored) {
        if (component.isAnnotationPresent(Restart.class)) {
            if (!Objects.equals(before, after)) {
                ignored.add(key);
            }
            return before;
        }
        return before instanceof Record old && after instanceof Record fresh ? merge(old, fresh, key, ignored) : after;
    }
}
