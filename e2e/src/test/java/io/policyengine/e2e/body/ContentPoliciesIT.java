package io.policyengine.e2e.body;

import io.policyengine.e2e.harness.TestConf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each policy that looks at bodies behind a real Envoy: a body that passes, one that is refused, one that is changed, the same in disguises,
 * cut in the middle of a stream, and one that would pass while what the policy depends on is down. Prints the table.
 */
class ContentPoliciesIT {
    private static ContentRow jsonThreatProtection() {
        Message attack = Message.json("[".repeat(40) + "]".repeat(40));
        return new ContentRow(
                        "jsonThreatProtection",
                        "{ policy: jsonThreatProtection, params: { max_depth: 30 } }",
                        Message.json("{\"a\": [1, 2, \"three\"]}"))
                .denies(400, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16LE))
                .streams();
    }

    private static ContentRow jsonThreatProtectionOfResponses() {
        Message attack = Message.json("[".repeat(40) + "]".repeat(40));
        return new ContentRow(
                        "jsonThreatProtection response",
                        "{ policy: jsonThreatProtection, params: { max_depth: 30 } }",
                        Message.json("{\"a\": [1, 2, \"three\"]}"))
                .onResponses()
                .denies(502, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .streams();
    }

    private static ContentRow jsonSchemaValidation() {
        Message attack = Message.json("{\"age\": \"seven\"}");
        return new ContentRow(
                        "jsonSchemaValidation",
                        "{ policy: jsonSchemaValidation, params: { schema: { properties: { age: { type: integer } } } } }",
                        Message.json("{\"age\": 7}"))
                .denies(400, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16LE))
                .disguised("a name twice", Message.json("{\"age\": 7, \"age\": \"seven\"}"));
    }

    private static ContentRow xmlThreatProtection() {
        Message attack = Message.of("application/xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>");
        return new ContentRow(
                        "xmlThreatProtection",
                        "{ policy: xmlThreatProtection }",
                        Message.of("application/xml", "<a b=\"c\">text</a>"))
                .denies(400, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16))
                .streams();
    }

    private static List<ContentRow> rows() {
        return List.of(
                jsonThreatProtection(),
                jsonThreatProtectionOfResponses(),
                jsonSchemaValidation(),
                xmlThreatProtection());
    }

    @Test
    void eachPassesRefusesAndMasksWhateverTheDisguiseAndTheCut() {
        try (TestConf conf = TestConf.ofTests();
                ContentTable table = new ContentTable(conf, rows())) {
            table.require(() -> {}, () -> {});
        }
    }
}
