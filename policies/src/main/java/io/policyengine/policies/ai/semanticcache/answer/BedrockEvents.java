package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.policies.ai.shared.modelapi.AmazonFrames;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The events of a complete Bedrock stream, as copies of their bytes. */
final class BedrockEvents implements AmazonFrames.Parts {
    /** The type number of text headers in Amazon's event streams. */
    private static final int TEXT = 7;

    private final List<Event> events = new ArrayList<>();
    private final ByteArrayOutputStream headers = new ByteArrayOutputStream();
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private boolean isReadable = true;

    private BedrockEvents() {}

    /**
     * An event of a Bedrock stream.
     *
     * @param messageType {@code event}, {@code exception} or {@code error}; empty if missing
     * @param type type of the event; empty if missing
     */
    record Event(String messageType, String type, Buffer payload) {}

    /** Returns the events; empty if the stream is truncated, or one of its messages is invalid. */
    static Optional<List<Event>> in(byte[] stream) {
        BedrockEvents parts = new BedrockEvents();
        AmazonFrames frames = new AmazonFrames(parts);
        frames.take(stream, 0, stream.length);
        return frames.end() && parts.isReadable ? Optional.of(List.copyOf(parts.events)) : Optional.empty();
    }

    @Override
    public void headers(byte[] bytes, int start, int end) {
        headers.write(bytes, start, end - start);
    }

    @Override
    public void payload(byte[] bytes, int start, int end) {
        payload.write(bytes, start, end - start);
    }

    @Override
    public void message() {
        try {
            Map<String, String> texts = texts(ByteBuffer.wrap(headers.toByteArray()));
            events.add(new Event(
                    texts.getOrDefault(":message-type", ""),
                    texts.getOrDefault(":event-type", ""),
                    Buffer.buffer(payload.toByteArray())));
        } catch (BufferUnderflowException cut) {
            isReadable = false;
        }
        headers.reset();
        payload.reset();
    }

    /**
     * Returns the text headers of an event up to the first header of another type. Bedrock's events have only text
     * headers.
     */
    private static Map<String, String> texts(ByteBuffer bytes) {
        Map<String, String> headers = new HashMap<>();
        while (bytes.hasRemaining()) {
            String name = text(bytes, bytes.get() & 0xFF);
            if (bytes.get() != TEXT) {
                break;
            }
            headers.put(name, text(bytes, bytes.getShort() & 0xFFFF));
        }
        return headers;
    }

    private static String text(ByteBuffer bytes, int length) {
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
