package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.testkit.policy.ChunkProperty;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body has the same fate in any chunks, whatever the type that it states. */
class JsonThreatProtectionTest {
    private static void holds(String type, Buffer body) {
        ChunkProperty.holds(
                new JsonThreatProtectionFactory(), "max_depth: 2", TestMessages.get("/", "content-type", type), body);
    }

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
            holds(type, Buffer.buffer(body));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void soItHasInAnyEncoding(String encoding) {
        for (String text : new String[] {"[\"é€𝄞\", [[1]]]", "\uFEFF [[[", "[[\"é\"]]", "{x", "["}) {
            holds("text/plain", Buffer.buffer(text.getBytes(Charset.forName(encoding))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--x\r\nA: b\r\n\r\n{}\r\n----x\r\n\r\n [[[1]]]\r\n--x--",
                "--x\r\nContent-Transfer-Encoding: base64\r\n\r\nW1\r\ntbMV1dXQ==\r\n--x--",
                "--x\r\nContent-Transfer-Encoding: base64\r\n\r\nW1sxXV0=\r\n--x--",
                "a=%5b+[1]&%5B%5b%=1&b=[%5B[%5B"
            })
    void soHaveItsParts(String body) {
        for (String type : new String[] {"multipart/form-data; boundary=x", "application/x-www-form-urlencoded"}) {
            holds(type, Buffer.buffer(body));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[[1]]", "{\"a\": 1, \"a\": 2}"})
    void soHasALargePart(String end) {
        String part = "[" + "{\"a\": \"b\"},\n".repeat(7_000) + end + "]";
        String body = "--x\r\n\r\n[note]\r\n--x\r\nA: b\r\n\r\n" + part + "\r\n--x--";

        holds("multipart/mixed; boundary=x", Buffer.buffer(body));
    }
}
