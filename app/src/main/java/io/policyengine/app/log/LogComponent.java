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

    private static final String POLICIES = "io.policyengine.policies";

    /** The names that the names of its loggers begin with. */
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
     * Returns the packages whose packages are its parts. A policy lies in the package of its family.
     *
     * @param loggers names of loggers, which may be of packages beside the families
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

    /** Returns the package below a root that a logger is in; empty if it is in none. A logger may also be named as if it were a package. */
    static String partOf(String logger, String root) {
        if (!isIn(logger, root) || logger.length() == root.length()) {
            return "";
        }
        int from = root.length() + 1;
        int dot = logger.indexOf('.', from);
        String part = dot < 0 ? logger.substring(from) : logger.substring(from, dot);
        return Character.isLowerCase(part.charAt(0)) ? part : "";
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
