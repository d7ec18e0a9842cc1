package io.policyengine.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.policyengine.core.log.LogFields;
import java.util.List;
import java.util.Map;
import net.logstash.logback.composite.AbstractJsonProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import tools.jackson.core.JsonGenerator;

/** Writes the key-value pairs of a line. Known keys become top-level fields; all other keys go to {@code metadata}. */
final class KeyValueFields extends AbstractJsonProvider<ILoggingEvent> {
    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs == null) {
            return;
        }
        boolean others = false;
        for (KeyValuePair pair : pairs) {
            if (LogFields.TOP_LEVEL.contains(pair.key)) {
                write(generator, pair);
            } else {
                others = true;
            }
        }
        if (others) {
            generator.writeObjectPropertyStart("metadata");
            pairs.stream()
                    .filter(pair -> !LogFields.TOP_LEVEL.contains(pair.key))
                    .forEach(pair -> write(generator, pair));
            generator.writeEndObject();
        }
    }

    private static void write(JsonGenerator generator, KeyValuePair pair) {
        generator.writeName(pair.key);
        write(generator, pair.value);
    }

    private static void write(JsonGenerator generator, @Nullable Object of) {
        switch (of) {
            case null -> generator.writeNull();
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case Boolean truth -> generator.writeBoolean(truth);
            case List<?> values -> {
                generator.writeStartArray();
                values.forEach(value -> write(generator, value));
                generator.writeEndArray();
            }
            case Map<?, ?> members -> {
                generator.writeStartObject();
                members.forEach((name, value) -> {
                    generator.writeName(String.valueOf(name));
                    write(generator, value);
                });
                generator.writeEndObject();
            }
            default -> generator.writeString(of.toString());
        }
    }
}
