package io.policyengine.app.mcp;

import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcFault;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.format.events.EventReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the answer to a request from an MCP server's response, which is JSON, or an event stream that also contains
 * other messages.
 */
final class McpAnswer {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final int BUFFER = 8 << 10;

    private McpAnswer() {}

    /**
     * Reads until the answer to the request has arrived.
     *
     * @throws IOException if the response ends first, or has more than {@code maxBytes}
     * @throws JsonRpcFault if a message is invalid
     */
    static JsonRpcMessage readBlocking(InputStream body, String contentType, long id, int maxBytes)
            throws IOException, JsonRpcFault {
        try (InputStream bounded = new Bounded(body, maxBytes)) {
            if (!contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
                return answer(new String(bounded.readAllBytes(), StandardCharsets.UTF_8), id)
                        .orElseThrow(() -> new IOException("the server's answer is to another request"));
            }
            Events events = new Events();
            EventReader reader = new EventReader(events);
            byte[] bytes = new byte[BUFFER];
            for (int count = bounded.read(bytes); count >= 0; count = bounded.read(bytes)) {
                reader.take(bytes, 0, count);
                for (String event = events.whole.poll(); event != null; event = events.whole.poll()) {
                    Optional<JsonRpcMessage> found = event.isBlank() ? Optional.empty() : answer(event, id);
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
            }
            throw new IOException("the server's stream has ended without the answer");
        }
    }

    private static Optional<JsonRpcMessage> answer(String text, long id) throws IOException, JsonRpcFault {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException noJson) {
            throw new IOException("the server's answer is not JSON, or an object in it has a duplicate name");
        }
        JsonRpcMessage message = JsonRpcMessage.of(node);
        return switch (message) {
            case JsonRpcMessage.Result(JsonNode of, var _)
            when of.isNumber() && of.longValue() == id -> Optional.of(message);
            case JsonRpcMessage.Failure(var _, var _) -> Optional.of(message);
            case JsonRpcMessage.Result _, JsonRpcMessage.Request _, JsonRpcMessage.Notification _ -> Optional.empty();
        };
    }

    private static final class Events implements EventReader.Sink {
        private final Queue<String> whole = new ArrayDeque<>();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();

        @Override
        public void data(byte[] bytes, int start, int end) {
            data.write(bytes, start, end - start);
        }

        @Override
        public void event() {
            whole.add(data.toString(StandardCharsets.UTF_8));
            data.reset();
        }
    }

    private static final class Bounded extends InputStream {
        private final InputStream in;
        private int left;

        Bounded(InputStream in, int maxBytes) {
            this.in = in;
            this.left = maxBytes;
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            count(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = in.read(into, from, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("the server's answer is too long");
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
