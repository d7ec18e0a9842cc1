package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.policies.format.events.EventReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects the data of complete server-sent events. An event without its final empty line is ignored. */
final class ServerEvents implements EventReader.Sink {
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    private ServerEvents() {}

    /** Returns the data of each event that has data, in order. */
    static List<String> in(byte[] stream) {
        ServerEvents events = new ServerEvents();
        new EventReader(events).take(stream, 0, stream.length);
        return List.copyOf(events.events);
    }

    @Override
    public void data(byte[] bytes, int start, int end) {
        data.write(bytes, start, end - start);
    }

    @Override
    public void event() {
        events.add(data.toString(StandardCharsets.UTF_8));
        data.reset();
    }
}
