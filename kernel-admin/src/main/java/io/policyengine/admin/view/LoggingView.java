package io.policyengine.admin.view;

import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.params.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A component that logs. */
@Doc("A component that logs, with its level.")
public record LoggingView(
        @Doc("The component, as lines name it, or a part of one, such as `kernel.exchange`.")
        String component,

        @Doc("The least severe level that it logs.") LogLevel level,

        @Doc("Until when it was given a level of its own, ISO 8601; absent: it has that of what it is a part of.")
        @Nullable
        String until,

        @Doc("Why it was given one.") @Nullable String reason) {
    /** All components. */
    @Doc("All components of the kernel's process that log, embedded workers too.")
    public record All(List<LoggingView> components) {}
}
