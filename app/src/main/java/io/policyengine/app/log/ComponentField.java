package io.policyengine.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import net.logstash.logback.composite.AbstractJsonProvider;
import tools.jackson.core.JsonGenerator;

/** {@code component}: the part of the engine that speaks, also where kernel and worker are one process; libraries are the process. */
final class ComponentField extends AbstractJsonProvider<ILoggingEvent> {
    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) {
        generator.writeStringProperty(
                "component",
                LogComponent.of(event.getLoggerName())
                        .orElse(LogComponent.PROCESS)
                        .text());
    }
}
