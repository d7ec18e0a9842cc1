package io.policyengine.core.log;

import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The levels at which the components of a process log, which can be changed while it runs. A component is what the field {@code component}
 * of its lines says, or a part of that, such as {@code kernel.exchange}. There are as many as packages with loggers. For all threads.
 */
public interface ComponentLevels {
    /** The levels of a process without a log of its own: no components. */
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

    /** The names of the components that have a logger, sorted. */
    List<String> components();

    /** The level that is in force for one of them. */
    LogLevel level(String component);

    /**
     * Sets the level of a component.
     *
     * @param level null to inherit from the enclosing component, finally from {@code log_level}
     */
    void set(String component, @Nullable LogLevel level);
}
