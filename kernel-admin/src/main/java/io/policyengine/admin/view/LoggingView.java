package io.policyengine.admin.view;

import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.params.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A component with a log level. */
@Doc("A component that logs, with its level.")
public record LoggingView(
        @Doc("The component as log lines name it, or a part of it, such as `kernel.exchange`.")
        String component,

        @Doc("The least severe level that the component logs.")
        LogLevel level,

        @Doc("End of the component's temporary level, ISO 8601; absent if the level is inherited.") @Nullable
        String until,

        @Doc("The reason for the temporary level.") @Nullable
        String reason) {
    /** The list of all components that log. */
    @Doc("All components of the kernel's process that log, including embedded workers.")
    public record All(List<LoggingView> components) {}
}
