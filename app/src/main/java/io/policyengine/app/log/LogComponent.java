package io.policyengine.app.log;

import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.policy.Family;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The parts of the engine that log, as lines name them. */
enum LogComponent {
    /** The kernel. */
    KERNEL,
    /** Workers with their policies, embedded ones too. */
    WORKER,
    /** The process that these run in, and what they share. */
    PROCESS,
    /** The access log, which has lines only where it is asked for them. */
    ACCESS,
    /** Changes through the management API, which are logged at every level. */
    AUDIT;

    /** The roots of a worker: each family of policies is one, so that its parts are policies. */
    private static final List<String> WORKERS = Stream.concat(
                    Stream.of("io.policyengine.worker"),
                    Stream.concat(Arrays.stream(Family.values()).map(Family::code), Stream.of("format", "shared"))
                            .map(part -> "io.policyengine.policies." + part))
            .toList();

    /** The names that the names of its loggers begin with. */
    List<String> roots() {
        return switch (this) {
            case KERNEL -> List.of("io.policyengine.kernel", "io.policyengine.admin");
            case WORKER -> WORKERS;
            case PROCESS -> List.of("io.policyengine.app", "io.policyengine.core");
            case ACCESS -> List.of(AccessLog.LOGGER);
            case AUDIT -> List.of(AuditLog.LOGGER);
        };
    }

    /** The name, as lines have it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that a logger belongs to; a library's belongs to none. */
    static Optional<LogComponent> of(String logger) {
        return Arrays.stream(values())
                .filter(component -> component.roots().stream().anyMatch(root -> isIn(logger, root)))
                .findFirst();
    }

    /** True if a logger is this one, or below it. */
    static boolean isIn(String logger, String root) {
        return logger.startsWith(root) && (logger.length() == root.length() || logger.charAt(root.length()) == '.');
    }
}
