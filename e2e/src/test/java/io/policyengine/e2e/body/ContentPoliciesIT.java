package io.policyengine.e2e.body;

import io.policyengine.e2e.harness.TestConf;
import io.policyengine.testkit.scanner.ClamdServer;
import io.policyengine.testkit.scanner.Eicar;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
                .disguised("in a part of a form", attack.inMultipart())
                .disguised("as a form", Message.of("application/x-www-form-urlencoded", "a=" + "%5B".repeat(40)))
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16LE))
                .disguised(
                        "as a text in UTF-16",
                        attack.in(StandardCharsets.UTF_16LE).saidToBe("text/plain"))
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
                .disguised("in a part of a form", attack.inMultipart())
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16))
                .streams();
    }

    private static ContentRow graphqlProtection() {
        Message attack = Message.json("{\"query\": \"{a{a{a{a{a}}}}}\"}");
        return new ContentRow(
                        "graphqlProtection",
                        "{ policy: graphqlProtection, params: { max_depth: 3 } }",
                        Message.json("{\"query\": \"{a{b}}\"}"))
                .denies(400, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("by a fragment", Message.json("{\"query\": \"{a{...F}} fragment F on A {a{a{a}}}\"}"))
                .disguised("in a batch", Message.json("[{\"query\": \"{a}\"}, " + attack.text() + "]"))
                .disguised("escaped", Message.json("{\"qu\\u0065ry\": \"{a{a{a\\u007ba{a}}}}}\"}"))
                .disguised("bare", Message.of("application/graphql", "{a{a{a{a{a}}}}}"))
                .disguised(
                        "as a form",
                        Message.of("application/x-www-form-urlencoded", "query=%7Ba%7Ba%7Ba%7Ba%7D%7D%7D%7D"));
    }

    private static ContentRow modelAccess() {
        Message attack = Message.json("{\"model\": \"large\"}");
        return new ContentRow(
                        "modelAccess",
                        "{ policy: modelAccess, params: { allow: small } }",
                        Message.json("{\"model\": \"small\"}"))
                .denies(403, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("escaped", Message.json("{\"\\u006dodel\": \"l\\u0061rge\"}"))
                .disguised("in another case", Message.json("{\"model\": \"Small\"}"))
                .disguised("invisible characters", Message.json("{\"model\": \"small\u200B\"}"))
                .disguised("as one to fall back to", Message.json("{\"model\": \"small\", \"models\": [\"large\"]}"));
    }

    private static ContentRow modelRouter() {
        Message alias = Message.json("{\"model\": \"fast\", \"messages\": []}");
        return new ContentRow(
                        "modelRouter",
                        "{ policy: modelRouter, params: { aliases: { fast: small } } }",
                        Message.json("{\"model\": \"small\"}"))
                .masks(alias, "fast")
                .disguised("compressed twice", alias.doublyGzipped())
                .disguised("escaped", Message.json("{\"model\": \"f\\u0061st\"}"));
    }

    private static ContentRow promptTemplate() {
        Message call = Message.json("{\"messages\": \"{template://t}\", \"variables\": {\"a\": \"b\"}}");
        return new ContentRow(
                        "promptTemplate",
                        "{ policy: promptTemplate, params: { allow_untemplated: true, templates: { t: { messages: [{ text: 'Say {{a}}.' }], variables: { a: {} } } } } }",
                        Message.json("{\"messages\": []}"))
                .masks(call, "{template")
                .disguised("compressed twice", call.doublyGzipped());
    }

    private static ContentRow promptDecorator() {
        return new ContentRow(
                        "promptDecorator",
                        "{ policy: promptDecorator, params: { prepend: [{ text: Be kind. }], on_unknown: pass } }",
                        Message.json("{\"a\": 1}"))
                .masks(Message.json("{\"messages\":[]}"), "\"messages\":[]")
                .disguised("compressed twice", Message.json("{\"messages\":[]}").doublyGzipped());
    }

    private static ContentRow filter(String name, String params) {
        return new ContentRow(
                        name,
                        "{ policy: contentFilter, params: { words: [project falcon], %s } }".formatted(params),
                        Message.json("{\"note\": \"a falcon of the project\"}"))
                .streams();
    }

    private static Map<String, Message> disguises(Message secret) {
        return Map.of(
                "compressed twice", secret.doublyGzipped(),
                "as a text", secret.saidToBe("text/plain"),
                "as an image", secret.saidToBe("image/png"),
                "in UTF-16", secret.in(StandardCharsets.UTF_16LE),
                "in a part of a form", secret.inMultipart(),
                "escaped", Message.json("{\"note\": \"the pro\\u006Aect falc\\u006fn\"}"),
                "full width", Message.json("{\"note\": \"the project ｆａｌｃｏｎ\"}"),
                "other scripts", Message.json("{\"note\": \"the project fаlсоn\"}"),
                "invisible characters", Message.json("{\"note\": \"the proj\u200Bect fal\u00ADcon\"}"),
                "in pieces of a message",
                        Message.json("{\"content\": [{\"text\": \"the project fal\"}, {\"text\": \"con\"}]}"));
    }

    private static ContentRow contentFilter() {
        Message attack = Message.json("{\"note\": \"the Project Falcon\"}");
        ContentRow row = filter("contentFilter", "action: deny").denies(403, attack);
        disguises(attack).forEach(row::disguised);
        return row.disguised(
                "in a form", Message.of("application/x-www-form-urlencoded", "note=the+project%20%66alcon"));
    }

    private static ContentRow contentFilterOfResponses() {
        Message attack = Message.json("{\"note\": \"the Project Falcon\"}");
        ContentRow row =
                filter("contentFilter response", "action: deny").onResponses().denies(502, attack);
        disguises(attack).forEach(row::disguised);
        return row;
    }

    private static ContentRow maskingFilter() {
        Message secret = Message.json("{\"note\": \"the project falcon\"}");
        return filter("contentFilter mask", "action: mask")
                .masks(secret, "falcon")
                .disguised("in a part of a form", secret.inMultipart())
                .disguised("as a text", secret.saidToBe("text/plain"));
    }

    private static ContentRow xmlThreatProtectionOfResponses() {
        Message attack = Message.of("application/xml", "<a>".repeat(40) + "</a>".repeat(40));
        return new ContentRow(
                        "xmlThreatProtection response",
                        "{ policy: xmlThreatProtection, params: { max_depth: 30 } }",
                        Message.of("application/xml", "<a b=\"c\">text</a>"))
                .onResponses()
                .denies(502, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16))
                .streams();
    }

    private static ContentRow transformBody() {
        Message secret = Message.json("{\"a\": 1, \"secret\": \"hunter2\"}");
        return new ContentRow(
                        "transformBody",
                        "{ policy: transformBody, params: { any_content_type: true, json: { remove: [/secret] } } }",
                        Message.json("{\"a\": 1}"))
                .masks(secret, "hunter2")
                .disguised("compressed twice", secret.doublyGzipped())
                .disguised("as a text", secret.saidToBe("text/plain"))
                .disguised("by escapes", Message.json("{\"a\": 1, \"s\\u0065cret\": \"hunter2\"}"));
    }

    private static ContentRow guardrail(String name, String params) {
        return new ContentRow(
                        name,
                        "{ policy: contentModerationGuardrail, params: { %s } }".formatted(params),
                        Message.json(
                                "{\"messages\": [{\"role\": \"user\", \"content\": \"a falcon of the project\"}]}"))
                .streams();
    }

    private static ContentRow guardrailOfResponses() {
        Message attack = Message.json("{\"note\": \"the Project Falcon\"}");
        ContentRow row = guardrail(
                        "contentModerationGuardrail response",
                        "checks: [{ type: words, words: [project falcon] }, { type: secrets }, { type: prompt_injection }]")
                .onResponses()
                .denies(502, attack);
        disguises(attack).forEach(row::disguised);
        return row;
    }

    private static ContentRow guardrailMask() {
        Message secret = Message.json("{\"note\": \"the project falcon\"}");
        return guardrail(
                        "contentModerationGuardrail mask",
                        "action: mask, checks: { type: words, words: [project falcon] }")
                .masks(secret, "falcon")
                .disguised("in a part of a form", secret.inMultipart())
                .disguised("as a text", secret.saidToBe("text/plain"));
    }

    private static ContentRow guardrailByServer(Moderator moderator) {
        Message attack = Message.json(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"say " + Moderator.DENIED + " again\"}]}");
        return guardrail(
                        "contentModerationGuardrail webhook",
                        "checks: { type: webhook, target: \"" + moderator.url() + "\" }")
                .denies(403, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("in a part of a form", attack.inMultipart())
                .whenDown(503);
    }

    private static ContentRow virusScan(ClamdServer clamd) {
        Message attack = new Message(Map.of("content-type", "application/octet-stream"), Eicar.bytes());
        String entry =
                "{ policy: virusScan, params: { scanner: clamd, mode: %s, address: \"" + clamd.socket() + "\" } }";
        return new ContentRow(
                        "virusScan",
                        entry.formatted("whole"),
                        new Message(attack.headers(), "nothing to find".getBytes(StandardCharsets.UTF_8)))
                .denies(403, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("in a part of a form", attack.inMultipart())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("as a gzip file", attack.gzipFile())
                .disguised("in base64", attack.inBase64())
                .streams(entry.formatted("stream"))
                .whenDown(503);
    }

    private static ContentRow requestValidation() {
        Message attack = Message.json("{\"age\": \"seven\"}");
        return new ContentRow(
                        "requestValidation",
                        "{ policy: requestValidation, params: { openapi_file: ages.yaml } }",
                        Message.json("{\"age\": 7}"))
                .denies(400, attack)
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("in UTF-16", attack.in(StandardCharsets.UTF_16LE))
                .disguised("a name twice", Message.json("{\"age\": 7, \"age\": \"seven\"}"));
    }

    private static final String AGES = """
            openapi: 3.1.0
            info: { title: ages, version: "1" }
            paths:
              /whole/requestValidation:
                post:
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema: { type: object, properties: { age: { type: integer } } }
                  responses: { "200": { description: the same } }
            """;

    private static ContentRow piiRedaction() {
        Message attack = Message.json("{\"note\": \"write to bob@example.com\", \"n\": 4111111111111111}");
        return new ContentRow(
                        "piiRedaction",
                        "{ policy: piiRedaction, params: { entities: [email, credit_card] } }",
                        Message.json("{\"note\": \"order 4111111111111112\", \"n\": 4111111111111111}"))
                .masks(attack, "bob")
                .disguised("compressed twice", attack.doublyGzipped())
                .disguised("as a text", attack.saidToBe("text/plain"))
                .disguised("in a part", attack.inMultipart())
                .disguised("with escapes", Message.json("{\"note\": \"\\u0062ob\\u0040example.com\"}"))
                .streams();
    }

    private static List<ContentRow> rows(ClamdServer clamd, Moderator moderator) {
        return List.of(
                jsonThreatProtection(),
                jsonThreatProtectionOfResponses(),
                jsonSchemaValidation(),
                xmlThreatProtection(),
                xmlThreatProtectionOfResponses(),
                graphqlProtection(),
                modelAccess(),
                modelRouter(),
                promptTemplate(),
                promptDecorator(),
                transformBody(),
                contentFilter(),
                contentFilterOfResponses(),
                maskingFilter(),
                guardrailOfResponses(),
                guardrailMask(),
                guardrailByServer(moderator),
                virusScan(clamd),
                requestValidation(),
                piiRedaction());
    }

    @Test
    void eachPassesRefusesAndMasksWhateverTheDisguiseAndTheCut() {
        try (ClamdServer clamd = ClamdServer.start();
                Moderator moderator = Moderator.start();
                TestConf conf = TestConf.ofTests().with("ages.yaml", AGES);
                ContentTable table = new ContentTable(conf, rows(clamd, moderator))) {
            table.require(
                    () -> {
                        clamd.kill();
                        moderator.stop();
                    },
                    () -> {
                        clamd.restart();
                        moderator.restart();
                    });
        }
    }
}
