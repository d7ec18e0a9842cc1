package io.policyengine.policies.format.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.graphqlprotection.GraphqlProtectionFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.content.requestvalidation.RequestValidationFactory;
import io.policyengine.policies.content.virusscan.VirusScanFactory;
import io.policyengine.policies.content.xmlthreatprotection.XmlThreatProtectionFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** A policy with the content of a part that it denies, and one that it lets pass. */
    enum Reader {
        CONTENT_FILTER("forbidden", "fine"),
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
                case JSON_THREAT_PROTECTION ->
                    tester(new JsonThreatProtectionFactory(), "{ max_depth: 2 }", environment);
                case XML_THREAT_PROTECTION -> tester(new XmlThreatProtectionFactory(), "{ max_depth: 2 }", environment);
                case VIRUS_SCAN -> {
                    environment.useByteTarget(CLAMD).serve(() -> Reader::verdict);
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
        private static Buffer verdict(Buffer sent) {
            String text = sent.toString(StandardCharsets.ISO_8859_1);
            boolean ends = text.endsWith("\0\0\0\0");
            String answer = text.contains("MALICE") ? "1: stream: Malice FOUND\0" : "1: stream: OK\0";
            return ends ? Buffer.buffer(answer) : Buffer.buffer();
        }
    }

    private static boolean passes(Reader reader, String contentType, String body) {
        try (PolicyTester tester = reader.tester()) {
            RequestRun run = tester.request(TestMessages.request(
                            "POST", "/a", HeaderMap.of("content-type", contentType), TestMessages.CLIENT_ADDRESS)
                    .withBody(Buffer.buffer(body.getBytes(StandardCharsets.ISO_8859_1))));
            return !run.isDenied();
        }
    }

    private static String part(String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + content + "\r\n--b--\r\n";
    }

    private static String quotedPrintable(String content) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : content.getBytes(StandardCharsets.US_ASCII)) {
            encoded.append(String.format("=%02X", octet));
        }
        return encoded.toString();
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

    static Stream<Arguments> hostile() {
        String name = "Content-Disposition: form-data; name=\"operations\"\r\n";
        String other = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        String part = "--b\r\n" + name + "\r\n%s\r\n--b--\r\n";
        return Stream.of(
                Arguments.of("escaped boundary", "multipart/form-data; boundary=\"a\\b\"", part.replace("--b", "--ab")),
                Arguments.of("blanks around the equals sign", "multipart/form-data; boundary = b", part),
                Arguments.of("boundary in apostrophes", "multipart/form-data; boundary='b'", part),
                Arguments.of(
                        "boundary in apostrophes, theirs",
                        "multipart/form-data; boundary='b'",
                        part.replace("--b", "--'b'")),
                Arguments.of("two boundaries, the first", "multipart/form-data; boundary=b; boundary=c", part),
                Arguments.of("two boundaries, the last", "multipart/form-data; boundary=c; boundary=b", part),
                Arguments.of(
                        "five boundaries",
                        "multipart/form-data; boundary=c; boundary=d; boundary=e; boundary=f; boundary=b",
                        part),
                Arguments.of("boundary in the name of another", "multipart/form-data; xboundary=b; boundary=c", part),
                Arguments.of("boundary in a quoted value", "multipart/form-data; x=\"; boundary=b\"; boundary=c", part),
                Arguments.of("boundary in pieces", "multipart/form-data; boundary*0=b", part),
                Arguments.of("boundary with a charset", "multipart/form-data; boundary*=utf-8''b", part),
                Arguments.of("boundary up to a comma", "multipart/form-data; boundary=b,c", part),
                Arguments.of("no boundary is said", "multipart/form-data", part),
                Arguments.of(
                        "quoted-printable",
                        FORM,
                        "--b\r\n" + name + "Content-Transfer-Encoding: quoted-printable\r\n\r\nQP%s\r\n--b--"),
                Arguments.of(
                        "nested",
                        FORM,
                        "--b\r\n" + name + "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + name
                                + "\r\n%s\r\n--c--\r\n--b--"),
                Arguments.of(
                        "nested, with a longer boundary",
                        FORM,
                        "--b\r\n" + name + "Content-Type: multipart/mixed; boundary=bc\r\n\r\n--bc\r\n" + name
                                + "\r\n%s\r\n--bc--\r\n--b--"),
                Arguments.of("lines that end without a carriage return", FORM, part.replace("\r\n", "\n")),
                Arguments.of("one boundary behind a line feed", FORM, other + "x\n" + part),
                Arguments.of(
                        "one boundary behind a line feed, with its lines",
                        FORM,
                        other + "x\n" + part.replace("\r\n", "\n")),
                Arguments.of("boundary behind an empty part", FORM, other + part),
                Arguments.of("boundary within a line", FORM, other + "x" + part),
                Arguments.of("boundary behind a carriage return", FORM, other + "x\r" + part),
                Arguments.of("blanks behind the boundary", FORM, part.replace("--b\r\n" + name, "--b \t\r\n" + name)),
                Arguments.of(
                        "text behind the boundary", FORM, other + "x\r\n--bc\r\n--b\r\n" + name + "\r\n%s\r\n--b--"),
                Arguments.of(
                        "a dash behind the boundary",
                        FORM,
                        other + "x\r\n" + part.replace("--b\r\n" + name, "--b-\r\n" + name)),
                Arguments.of("behind the last boundary", FORM, other + "x\r\n--b--\r\n" + part),
                Arguments.of("behind the last boundary, in its line", FORM, other + "x\r\n--b--x\r\n" + part),
                Arguments.of("no last boundary", FORM, "--b\r\n" + name + "\r\n%s"),
                Arguments.of("folded field", FORM, part.replace("; name", ";\r\n name")),
                Arguments.of(
                        "field behind a line feed",
                        FORM,
                        part.replace("Content-Disposition", "A: b\nContent-Disposition")),
                Arguments.of(
                        "two dispositions",
                        FORM,
                        part.replace(name, "Content-Disposition: form-data; name=\"a\"\r\n" + name)),
                Arguments.of(
                        "two dispositions, the first",
                        FORM,
                        part.replace(name, name + "Content-Disposition: form-data; name=\"a\"\r\n")),
                Arguments.of("two names", FORM, part.replace("name=", "name=\"a\"; name=")),
                Arguments.of(
                        "an extended name", FORM, part.replace("name=", "name=\"a\"; name*=utf-8''operations; x=")),
                Arguments.of(
                        "a name behind an escaped quotation mark",
                        FORM,
                        part.replace("name=", "filename=\"x\\\"; name=\"a\"; y=\"; name=")),
                Arguments.of("an escape in the name", FORM, part.replace("operations", "op\\erations")),
                Arguments.of(
                        "two transfer encodings",
                        FORM,
                        part.replace(
                                        name,
                                        name
                                                + "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: quoted-printable\r\n")
                                .replace("%s", "QP%s")),
                Arguments.of(
                        "blank before the colon", FORM, part.replace("Content-Disposition:", "Content-Disposition :")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void whatAServerMayFindNoPolicyLetsPass(String what, String contentType, String body) {
        List<Reader> passing = new ArrayList<>();

        for (Reader reader : Reader.values()) {
            String written =
                    body.replace("QP%s", quotedPrintable(reader.denied)).replace("%s", reader.denied);
            if (passes(reader, contentType, written)) {
                passing.add(reader);
            }
        }

        assertThat(passing).as(what).isEmpty();
    }
}
