package io.policyengine.policies.format.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailFactory;
import io.policyengine.policies.content.graphqlprotection.GraphqlProtectionFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.content.piiredaction.PiiRedactionFactory;
import io.policyengine.policies.content.requestvalidation.RequestValidationFactory;
import io.policyengine.policies.content.virusscan.VirusScanFactory;
import io.policyengine.policies.content.xmlthreatprotection.XmlThreatProtectionFactory;
import io.policyengine.testkit.format.HostileMultipart;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policies that read multipart see the same parts. Each of them gets the same body with a part that it denies: where one server finds that
 * part, no policy lets the body pass, whether it sees the part or refuses the body.
 */
class SamePartsTest {
    private static final String FORM = "multipart/form-data; boundary=b";
    private static final String CLAMD = "clamd:3310";
    private static final String API = """
            openapi: 3.1.0
            paths:
              /a:
                post:
                  requestBody:
                    content:
                      multipart/form-data:
                        schema: { type: object, properties: { operations: { type: string, maxLength: 3 } } }
            """;

    /** A policy with the content of a part that it denies or redacts, and one that it lets pass. */
    enum Reader {
        CONTENT_FILTER("forbidden", "fine"),
        PII_REDACTION("forbidden", "fine"),
        CONTENT_MODERATION_GUARDRAIL("forbidden", "fine"),
        JSON_THREAT_PROTECTION("[[[1]]]", "[[1]]"),
        XML_THREAT_PROTECTION("<a><b><c/></b></a>", "<a/>"),
        VIRUS_SCAN("MALICE", "fine"),
        REQUEST_VALIDATION("long", "abc"),
        GRAPHQL_PROTECTION("{\"query\": \"{a{b}}\"}", "{\"query\": \"{a}\"}");

        private final String denied;
        private final String passed;

        Reader(String denied, String passed) {
            this.denied = denied;
            this.passed = passed;
        }

        PolicyTester tester() {
            FakeEnvironment environment = new FakeEnvironment();
            return switch (this) {
                case CONTENT_FILTER -> tester(new ContentFilterFactory(), "{ words: [ forbidden ] }", environment);
                case PII_REDACTION ->
                    tester(
                            new PiiRedactionFactory(),
                            "{ entities: [us_ssn], custom: [{ name: word, pattern: forbidden }] }",
                            environment);
                case CONTENT_MODERATION_GUARDRAIL ->
                    tester(
                            new ContentModerationGuardrailFactory(),
                            "{ checks: [{ type: words, words: [forbidden] }] }",
                            environment);
                case JSON_THREAT_PROTECTION ->
                    tester(new JsonThreatProtectionFactory(), "{ max_depth: 2 }", environment);
                case XML_THREAT_PROTECTION -> tester(new XmlThreatProtectionFactory(), "{ max_depth: 2 }", environment);
                case VIRUS_SCAN -> {
                    environment.useByteTarget(CLAMD).serve(() -> {
                        AtomicInteger commands = new AtomicInteger();
                        return sent -> verdict(sent, commands);
                    });
                    yield tester(new VirusScanFactory(), "{ scanner: clamd, address: '" + CLAMD + "' }", environment);
                }
                case REQUEST_VALIDATION -> {
                    environment.writeFile("api.yaml", API);
                    yield tester(new RequestValidationFactory(), "{ openapi_file: api.yaml }", environment);
                }
                case GRAPHQL_PROTECTION -> tester(new GraphqlProtectionFactory(), "{ max_depth: 1 }", environment);
            };
        }

        private static PolicyTester tester(PolicyFactory<?> factory, String params, FakeEnvironment environment) {
            return PolicyTester.of(factory, params, environment);
        }

        /** An answer of clamd to all that it is sent at once. */
        private static Buffer verdict(Buffer sent, AtomicInteger commands) {
            String text = sent.toString(StandardCharsets.ISO_8859_1);
            boolean ends = text.endsWith("\0\0\0\0");
            String answer = text.contains("MALICE") ? ": stream: Malice FOUND\0" : ": stream: OK\0";
            return ends ? Buffer.buffer(commands.incrementAndGet() + answer) : Buffer.buffer();
        }
    }

    /** Returns whether the policy lets a body pass as it is: neither denied nor redacted. */
    private static boolean passes(Reader reader, String contentType, String body) {
        Buffer sent = Buffer.buffer(body.getBytes(StandardCharsets.ISO_8859_1));
        try (PolicyTester tester = reader.tester()) {
            RequestRun run = tester.request(TestMessages.request(
                            "POST", "/a", HeaderMap.of("content-type", contentType), TestMessages.CLIENT_ADDRESS)
                    .withBody(sent));
            return !run.isDenied() && sent.equals(run.request().body());
        }
    }

    private static String part(String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + content + "\r\n--b--\r\n";
    }

    @ParameterizedTest
    @MethodSource("readers")
    void aPlainPartIsRead(Reader reader) {
        assertThat(passes(reader, FORM, part(reader.passed))).isTrue();
        assertThat(passes(reader, FORM, part(reader.denied))).isFalse();
    }

    static Stream<Reader> readers() {
        return Stream.of(Reader.values());
    }

    static Stream<HostileMultipart> hostile() {
        return HostileMultipart.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void whatAServerMayFindNoPolicyLetsPass(HostileMultipart hostile) {
        assertThat(Stream.of(Reader.values())
                        .filter(reader -> passes(reader, hostile.contentType(), hostile.with(reader.denied))))
                .isEmpty();
    }

    /** Servers of .NET take the word for the name that it encodes. */
    @Test
    void noPolicyLetsANamePassThatIsAnEncodedWord() {
        String body = part("%s").replace("\"operations\"", "\"=?utf-8?B?b3BlcmF0aW9ucw==?=\"");

        assertThat(Stream.of(Reader.values()).filter(reader -> passes(reader, FORM, body.replace("%s", reader.passed))))
                .isEmpty();
    }

    /** RFC 7578 §4.6; a server that follows it reads the texts of all parts in that charset. */
    @ParameterizedTest
    @CsvSource({
        "_charset_, utf-7",
        "_charset_, utf-16",
        "_charset_, iso-2022-jp",
        "_charset_, windows-1252",
        "_charset_, ''",
        "_CharSet_, utf-7",
        "_charset_, utf-8x"
    })
    void noPolicyLetsAFormPassThatStatesAnotherCharset(String name, String charset) {
        String field = "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + charset + "\r\n";

        assertThat(Stream.of(Reader.values())
                        .filter(reader -> passes(reader, FORM, field + part(reader.passed))
                                || passes(reader, FORM, part(reader.passed).replace("--b--", field + "--b--"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-8", "UTF-8", "utf8", "us-ascii"})
    void eachPolicyLetsAFormPassThatStatesUtf8(String charset) {
        String field = "--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\n" + charset + "\r\n";

        for (Reader reader : Reader.values()) {
            assertThat(passes(reader, FORM, field + part(reader.passed)))
                    .as(reader.name())
                    .isTrue();
            assertThat(passes(reader, FORM, field + part(reader.denied)))
                    .as(reader.name())
                    .isFalse();
        }
    }

    /** In these, octets of ASCII are other characters: a word may have a switch between two letters. */
    @ParameterizedTest
    @ValueSource(strings = {"utf-7", "iso-2022-jp", "ISO-2022-KR", "ibm037", "hz-gb-2312", "utf-16le", "x-unknown"})
    void noPolicyLetsAMessagePassThatStatesSuchACharset(String charset) {
        assertThat(Stream.of(Reader.values())
                        .filter(reader -> passes(reader, FORM + "; charset=" + charset, part(reader.passed))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-7", "iso-2022-jp", "ISO-2022-KR", "ibm037", "hz-gb-2312", "x-unknown"})
    void noPolicyLetsAPartPassThatStatesSuchACharset(String charset) {
        String type = "\"operations\"\r\nContent-Type: application/json; charset=" + charset;

        assertThat(Stream.of(Reader.values())
                        .filter(reader ->
                                passes(reader, FORM, part(reader.passed).replace("\"operations\"", type))))
                .isEmpty();
    }

    /** As .NET, curl, Python's requests and browsers write it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "; filename=\"=?utf-8?B?w6kudHh0?=\"; filename*=utf-8''%C3%A9.txt",
                "; filename=a.txt; filename*=utf-8''a.txt",
                "; filename=\"a b.txt\"; filename*=utf-8''a%20b.txt",
                "; filename=\"\u00C3\u00A9.txt\"",
                "; filename=\"a.txt\""
            })
    void eachPolicyReadsAFileWhoseNameClientsWriteSo(String parameter) {
        String name = "name=\"operations\"";

        for (Reader reader : Reader.values()) {
            assertThat(passes(reader, FORM, part(reader.passed).replace(name, name + parameter)))
                    .as(reader.name())
                    .isTrue();
            assertThat(passes(reader, FORM, part(reader.denied).replace(name, name + parameter)))
                    .as(reader.name())
                    .isFalse();
        }
    }

    @Test
    void aFileNameIsSearchedHoweverItIsWritten() {
        for (String parameter : List.of(
                "filename=\"forbidden\"",
                "filename=\"=?utf-8?B?Zm9yYmlkZGVu?=\"; filename*=utf-8''%66orbidden",
                "filename=\"=?UTF-8?q?forb=69dden?=\"; filename*=UTF-8''forb%69dden",
                "filename=\"=?utf-8?B?Zm9yYmlkZGVu?=\"")) {
            String body = part("fine").replace("name=\"operations\"", "name=\"operations\"; " + parameter);

            for (Reader reader :
                    List.of(Reader.CONTENT_FILTER, Reader.PII_REDACTION, Reader.CONTENT_MODERATION_GUARDRAIL)) {
                assertThat(passes(reader, FORM, body))
                        .as(reader + ": " + parameter)
                        .isFalse();
            }
        }
    }
}
