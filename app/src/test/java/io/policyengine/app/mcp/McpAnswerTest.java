package io.policyengine.app.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcFault;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.testkit.format.EventSpellings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client of MCP servers sees the events that policies see. */
class McpAnswerTest {
    private static final int MAX_BYTES = 1 << 20;

    static Stream<String> spellings() {
        return EventSpellings.all();
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void findsTheAnswerInAnySpellingOfItsEvent(String spelling) throws IOException, JsonRpcFault {
        String stream =
                EventSpellings.stream(spelling, "{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {\"tools\": []}}");

        JsonRpcMessage answer = McpAnswer.readBlocking(
                new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)), "text/event-stream", 1, MAX_BYTES);

        assertThat(answer).isInstanceOf(JsonRpcMessage.Result.class);
    }
}
