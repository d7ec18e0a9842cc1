package io.policyengine.app.log;

import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.policy.Family;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The components of the engine, as named in log lines. */
enum LogComponent {
    KERNEL,
    /** The workers with their policies, embedded workers included. */
    WORKER,
    /** The process itself, and code that kernel and workers share. */
    PROCESS,
    /** The access log, which is off by default. */
    ACCESS,
    /** The audit log of changes through the management API, which is written at every log level. */
    AUDIT;

    private static final String POLICIES = "io.policyengine.policies";

    List<String> roots() {
        return switch (this) {
            case KERNEL -> List.of("io.policyengine.kernel", "io.policyengine.admin");
            case WORKER -> List.of("io.policyengine.worker", POLICIES);
            case PROCESS -> List.of("io.policyengine.app", "io.policyengine.core");
            case ACCESS -> List.of(AccessLog.LOGGER);
            case AUDIT -> List.of(AuditLog.LOGGER);
        };
    }

    /**
     * Returns the packages whose direct subpackages can have separate log levels.
     *
     * @param loggers names of loggers, which may reveal packages of policies outside the known families
     */
    List<String> parents(Stream<String> loggers) {
        return roots().stream()
                .flatMap(root -> root.equals(POLICIES) ? packagesOfPolicies(loggers) : Stream.of(root))
                .toList();
    }

    private static Stream<String> packagesOfPolicies(Stream<String> loggers) {
        Stream<String> families = Arrays.stream(Family.values()).map(Family::code);
        Stream<String> others = loggers.map(logger -> partOf(logger, POLICIES)).filter(part -> !part.isEmpty());
        return Stream.concat(families, others).distinct().map(name -> POLICIES + "." + name);
    }

    /** Returns the name of the direct subpackage of a root that contains the logger, or an empty text if none does. */
    static String partOf(String logger, String root) {
        if (!isIn(logger, root) || logger.length() == root.length()) {
            return "";
        }
        int from = root.length() + 1;
        int dot = logger.indexOf('.', from);
        String part = dot < 0 ? logger.substring(from) : logger.substring(from, dot);
        return Character.isLowerCase(part.charAt(0)) ? part : "";
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the component of a logger, or empty if the logger belongs to a library. */
    static Optional<LogComponent> of(String logger) {
        return Arrays.stream(values())
                .filter(component -> component.roots().stream().anyMatch(root -> isIn(logger, root)))
                .findFirst();
    }

    static boolean isIn(String logger, String root) {
        return logger.startsWith(root) && (logger.length() == root.length() || logger.charAt(root.length()) == '.');
    }
}
