package io.policyengine.core.log;

import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log levels of a process's components, which can be changed while the process runs. A component is {@code kernel},
 * {@code worker} or {@code process}, as in the log field {@code component}. Each of their packages that has a logger,
 * such as {@code kernel.exchange}, is a component, too. Thread-safe.
 */
public interface ComponentLevels {
    /** An implementation without components. */
    ComponentLevels NONE = new ComponentLevels() {
        @Override
        public List<String> components() {
            return List.of();
        }

        @Override
        public LogLevel level(String component) {
            throw new IllegalArgumentException("no component '" + component + "'");
        }

        @Override
        public void set(String component, @Nullable LogLevel level) {
            throw new IllegalArgumentException("no component '" + component + "'");
        }
    };

    /** Returns the names of the components, sorted. */
    List<String> components();

    /** Returns the level that applies to a component. */
    LogLevel level(String component);

    /**
     * Sets the level of a component.
     *
     * @param level null to inherit the level of the enclosing component or, without one, {@code log_level}
     */
    void set(String component, @Nullable LogLevel level);
}
