package io.policyengine.policies.content.filesizelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.testkit.policy.ChunkProperty;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileSizeLimitTest {
    private static final FileSizeLimitFactory FACTORY = new FileSizeLimitFactory();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 100, 101, 3000})
    void decidesWhereverABodyIsCut(int size) {
        Buffer body = Buffer.buffer("\r".repeat(size));

        ChunkProperty.holds(FACTORY, "{ max_bytes: 100 }", TestMessages.get("/"), body);
        ChunkProperty.holds(FACTORY, "{ max_bytes: 100 }", TestMessages.response(200), body);
    }

    @Test
    void countsBeyondWhatAnIntHolds() {
        var policy = PolicyTester.of(FACTORY, "{ max_bytes: 3000000000 }").policy();
        var call = new Call("id", 1, 0, new Cancellation());
        var filter = policy.requestChunks(new RequestContext(TestMessages.get("/"), Metadata.empty(), call));
        Buffer chunk = Buffer.buffer(new byte[1_000_000]);

        for (int i = 0; i < 3000; i++) {
            assertThat(filter.onChunk(chunk, false).result()).isEqualTo(ChunkOutcome.PASS);
        }

        assertThat(filter.onChunk(Buffer.buffer("1"), true).result()).isInstanceOf(RequestChunkOutcome.Respond.class);
    }

    @Test
    void countsEachExchangeForItself() {
        var tester = PolicyTester.of(FACTORY, "{ max_bytes: 10 }");
        List<Buffer> body = Collections.nCopies(10, Buffer.buffer("1"));

        long refused = IntStream.range(0, 1000)
                .parallel()
                .filter(i -> tester.requestChunks(
                                        TestMessages.get("/"),
                                        i % 2 == 0 ? body : Collections.nCopies(11, body.getFirst()))
                                .answer()
                        != null)
                .count();

        assertThat(refused).isEqualTo(500);
    }

    @Test
    void goesByTheMethodThatTheUpstreamGot() {
        var tester = PolicyTester.of(FACTORY, "{ max_bytes: 4 }");
        var head = TestMessages.request("HEAD", "/", HeaderMap.empty(), TestMessages.CLIENT_ADDRESS);
        var get = TestMessages.get("/");
        var response = TestMessages.response(200, "content-length", "5");

        assertThat(tester.response(response, head, get, Metadata.empty())
                        .response()
                        .status())
                .isEqualTo(200);
        assertThat(tester.response(response, get, head, Metadata.empty())
                        .response()
                        .status())
                .isEqualTo(502);
    }
}
