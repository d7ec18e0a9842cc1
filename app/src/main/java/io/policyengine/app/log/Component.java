package io.policyengine.app.log;

import io.policyengine.kernel.accesslog.AccessLog;
import io.policyengine.kernel.admin.access.AuditLog;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The parts of the engine that log, as lines name them. */
enum Component {
    /** The kernel. */
    KERNEL("io.policyengine.kernel"),
    /** Workers with their policies, embedded ones too. */
    WORKER("io.policyengine.worker", "io.policyengine.policies"),
    /** The process that these run in, and what they share. */
    PROCESS("io.policyengine.app", "io.policyengine.core"),
    /** The access log, which has lines only where it is asked for them. */
    ACCESS(AccessLog.LOGGER),
    /** Changes by the management API, which are told at every level. */
    AUDIT(AuditLog.LOGGER);

    private final List<String> roots;

    Component(String... roots) {
        this.roots = List.of(roots);
    }

    /** The names that the names of its loggers begin with. */
    List<String> roots() {
        return roots;
    }

    /** The name, as lines have it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that a logger belongs to; a library's belongs to none. */
    static Optional<Component> of(String logger) {
        return Arrays.stream(values())
                .filter(component -> component.roots.stream().anyMatch(root -> isIn(logger, root)))
                .findFirst();
    }

    /** True if a logger is this one, or below it. */
    static boolean isIn(String logger, String root) {
        return logger.startsWith(root) && (logger.length() == root.length() || logger.charAt(root.length()) == '.');
    }
}
