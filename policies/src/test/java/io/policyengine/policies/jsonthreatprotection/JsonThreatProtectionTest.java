package io.policyengine.policies.jsonthreatprotection;

import io.policyengine.testkit.policy.ChunkProperty;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body has the same fate in any chunks, whatever the type that it states. */
class JsonThreatProtectionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [1, \"\\u00e9\", null]}",
                " [[[1]]]",
                "\uFEFF[[[1]]]",
                "\uFEFF\t{\"a\": 1}",
                "\uFEFF\uFEFF[[[1]]]",
                "\uFF3B[[[1]]]",
                "\uFEFF",
                "[note] [[[",
                "[1] [[[",
                ""
            })
    void aBodyHasTheSameFateInAnyChunks(String body) {
        for (String type : new String[] {"application/json", "text/plain"}) {
            ChunkProperty.holds(
                    new JsonThreatProtectionFactory(),
                    "max_depth: 2",
                    TestMessages.get("/", "content-type", type),
                    Buffer.buffer(body));
        }
    }
}
