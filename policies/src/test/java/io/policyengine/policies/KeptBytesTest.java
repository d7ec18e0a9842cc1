package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.content.xmlthreatprotection.XmlThreatProtectionFactory;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Policies tell the engine what they keep of a body between its chunks. */
class KeptBytesTest {
    private static ChunkFilter<? extends RequestChunkOutcome> filter(
            PolicyFactory<?> factory, String params, String type) {
        PolicyTester tester = PolicyTester.of(factory, params);
        Call call = new Call("id", 1, Long.MAX_VALUE, new Cancellation());
        return tester.policy()
                .requestChunks(new RequestContext(TestMessages.get("/", "content-type", type), Metadata.empty(), call));
    }

    /** Bytes that are kept after a body has come so far. */
    private static long kept(PolicyFactory<?> factory, String params, String type, String begun) {
        ChunkFilter<?> filter = filter(factory, params, type);
        assertThat(filter.onChunk(Buffer.buffer(begun), false).succeeded()).isTrue();
        return filter.heldBytes();
    }

    @Test
    void namesOfJsonThatMayNotStandTwice() {
        PolicyFactory<?> factory = new JsonThreatProtectionFactory();
        String names = IntStream.range(0, 500).mapToObj(i -> "\"n" + i + "\":1").collect(Collectors.joining(","));

        assertThat(kept(factory, "", "application/json", "{" + names)).isBetween(500L * 8, 500L * 48);
        assertThat(kept(factory, "", "text/plain", "{" + names)).isGreaterThan(500L * 8);
        assertThat(kept(factory, "", "multipart/mixed; boundary=x", "--x\r\n\r\n{" + names))
                .isGreaterThan(500L * 8);
        assertThat(kept(factory, "", "application/json", "[1, 2")).isZero();
    }

    @Test
    void textsOfAStreamThatAreOpenAndEventsThatAreNotWhole() {
        PolicyFactory<?> factory = new ContentFilterFactory();
        String events = IntStream.range(0, 200)
                .mapToObj(i -> "data: {\"choices\":[{\"index\":" + i + ",\"delta\":{\"content\":\"f\"}}]}\n\n")
                .collect(Collectors.joining());

        assertThat(kept(factory, "words: [forbidden]", "text/event-stream", events))
                .isBetween(200L << 11, 200L << 14);
        assertThat(kept(factory, "words: [forbidden]", "text/event-stream", "data: " + "x".repeat(10_000)))
                .isBetween(200_000L, 900_000L);
        assertThat(kept(factory, "words: [forbidden]", "application/json", "[\"a\", 1"))
                .isLessThan(1 << 14);
    }

    @Test
    void namesOfElementsThatAreOpen() {
        PolicyFactory<?> factory = new XmlThreatProtectionFactory();
        String open = ("<" + "n".repeat(100) + ">").repeat(20);

        assertThat(kept(factory, "", "application/xml", open)).isBetween(20L * 100 * 2, 20L * 100 * 6);
    }
}
