package io.policyengine.app.mcp;

import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcFault;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The answer to a request in a response of an MCP server: as JSON, or in a stream of events with others. */
final class McpAnswer {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final String DATA = "data:";

    private McpAnswer() {}

    /**
     * Reads on until the answer to the request has come.
     *
     * @throws IOException if the response ends before, or has more than so many bytes
     * @throws JsonRpcFault if something in it is no message
     */
    static JsonRpcMessage readBlocking(InputStream body, String contentType, long id, int maxBytes)
            throws IOException, JsonRpcFault {
        try (InputStream bounded = new Bounded(body, maxBytes)) {
            if (!contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
                return answer(new String(bounded.readAllBytes(), StandardCharsets.UTF_8), id)
                        .orElseThrow(() -> new IOException("the server's answer is to another request"));
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(bounded, StandardCharsets.UTF_8));
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    data.append(line, DATA.length(), line.length()).append('\n');
                } else if (line.isEmpty() && !data.toString().isBlank()) {
                    Optional<JsonRpcMessage> found = answer(data.toString(), id);
                    if (found.isPresent()) {
                        return found.get();
                    }
                    data.setLength(0);
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
            throw new IOException("the server's answer is no JSON, or has a name twice in an object");
        }
        JsonRpcMessage message = JsonRpcMessage.of(node);
        return switch (message) {
            case JsonRpcMessage.Result(JsonNode of, var _)
            when of.isNumber() && of.longValue() == id -> Optional.of(message);
            case JsonRpcMessage.Failure(var _, var _) -> Optional.of(message);
            case JsonRpcMessage.Result _, JsonRpcMessage.Request _, JsonRpcMessage.Notification _ -> Optional.empty();
        };
    }

    /** A stream that fails after so many bytes. */
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
