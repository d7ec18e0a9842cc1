package io.policyengine.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import net.logstash.logback.composite.AbstractJsonProvider;
import tools.jackson.core.JsonGenerator;

/** Writes the field {@code component}: the component that logged the line, or {@code process} for libraries. */
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
