package io.policyengine.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.policyengine.kernel.admin.access.AuditLog;
import net.logstash.logback.composite.AbstractJsonProvider;
import tools.jackson.core.JsonGenerator;

/** {@code component}: the part of the engine that speaks, also where kernel and worker are one process. */
final class ComponentField extends AbstractJsonProvider<ILoggingEvent> {
    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) {
        generator.writeStringProperty("component", componentOf(event.getLoggerName()));
    }

    private static String componentOf(String logger) {
        return logger.startsWith("io.policyengine.worker") || logger.startsWith("io.policyengine.policies")
                ? "worker"
                : logger.startsWith("io.policyengine.kernel")
                        ? "kernel"
                        : logger.equals(AuditLog.LOGGER) ? "audit" : "process";
    }
}
