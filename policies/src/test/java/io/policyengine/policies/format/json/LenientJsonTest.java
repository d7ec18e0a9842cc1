package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.content.piiredaction.PiiRedactionFactory;
import io.policyengine.policies.content.virusscan.content.ContentPiece;
import io.policyengine.policies.content.virusscan.content.ContentRules;
import io.policyengine.policies.content.virusscan.content.Contents;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that state no JSON: what only strict readers refuse hides nothing from a policy. */
class LenientJsonTest {
    private static final String DEEP = "[".repeat(50) + "]".repeat(50);
    private static final String SECRET = "\"proj\\u0065ct falcon bob\\u0040example.com\"";
    private static final String FILTER = "words: [project falcon]";
    private static final String MASK = "{words: [project falcon], action: mask}";
    private static final String PII = "entities: [email]";

    /** Texts with a place for a value, one octet for each character. Each is read on by a common reader. */
    static Stream<String> texts() {
        return Stream.of(
                "{\"\\ud800\":1,\"x\":%s}",
                "{\"\\ud800\":1,\"\\udbffa\":2,\"x\":%s}",
                "[\"\u00ff\",%s]",
                "[\"a\u00ff\u00fe\u00c3\",%s]",
                "[\"\u00c0\u00af\",%s]",
                "[\"\u00ed\u00a0\u0080\",%s]",
                "{\"\u00ff\":1,\"x\":%s}",
                "{\"a\":NaN,\"x\":%s}",
                "[Infinity,%s]",
                "[-Infinity,%s]",
                "[True,undefined,None,%s]",
                "[01,+1,.5,0x1F,1_0,%s]",
                "/**/{\"x\":%s}",
                "// a\n{\"x\":%s}",
                "# a\n{\"x\":%s}",
                "{/*{*/\"x\":%s}",
                "{\"a\"/***/:1,\"x\":%s//[\n}",
                "[1//[\n,%s]",
                "[1 #{\n,%s]",
                "{'a':1,'x':%s}",
                "{a:1,x:%s}",
                "{a : b , x : %s}",
                "{\"a\"=1;\"x\"=>%s}",
                "[\"a\tb\nc\",%s]",
                "[\"\\x41\\q\\'\",%s]",
                "['\"',%s]",
                "[,%s]",
                "[1,,%s]",
                "[%s,]",
                "{\"x\":%s,}",
                "[new Date(1,2),%s]",
                "{\"a\":new X(),\"x\":%s}",
                ")]}'\n[%s]",
                "\f\u000b[%s]",
                "\u00ef\u00bb\u00bf\u00c2\u00a0[\u00c2\u00a0%s]",
                "{\u00c2\u00a0\"x\"\u00c2\u00a0:%s}");
    }

    private static Stream<RequestView> inEveryPlace(String text) {
        String part =
                "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n%s\r\n--b--\r\n";
        StringBuilder form = new StringBuilder("a=");
        for (byte octet : octets(text)) {
            form.append('%').append(String.format("%02X", octet));
        }
        return Stream.of(
                post("text/plain", octets(text)),
                post("application/octet-stream", octets(text)),
                post("application/x-www-form-urlencoded", octets(form.toString())),
                post("multipart/form-data; boundary=b", octets(part.formatted(text))),
                post(
                        "multipart/form-data; boundary=b",
                        octets(part.replace("/json", "/x").formatted(text))));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static RequestView post(String type, byte[] body) {
        return TestMessages.request("POST", "/", HeaderMap.of("content-type", type), TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(body));
    }

    private static boolean isDenied(PolicyFactory<?> factory, String params, RequestView request) {
        return PolicyTester.of(factory, params).request(request).isDenied();
    }

    private static boolean isDeniedInPieces(PolicyFactory<?> factory, String params, RequestView request) {
        List<Buffer> pieces = new ArrayList<>();
        Buffer body = request.body();
        for (int i = 0; body != null && i < body.length(); i++) {
            pieces.add(body.slice(i, i + 1));
        }
        return PolicyTester.of(factory, params).requestChunks(request, pieces).answer() != null;
    }

    @ParameterizedTest
    @MethodSource("texts")
    void noNestingHides(String text) {
        assertThat(inEveryPlace(text.formatted(DEEP)))
                .allMatch(request -> isDenied(new JsonThreatProtectionFactory(), "", request))
                .allMatch(request -> isDeniedInPieces(new JsonThreatProtectionFactory(), "", request));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void withinTheLimitsItPasses(String text) {
        assertThat(inEveryPlace(text.formatted("[[]]"))
                        .filter(request -> !String.valueOf(request.body()).contains("application/json")))
                .noneMatch(request -> isDenied(new JsonThreatProtectionFactory(), "", request));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void noWordHides(String text) {
        assertThat(inEveryPlace(text.formatted(SECRET)))
                .allMatch(request -> isDenied(new ContentFilterFactory(), FILTER, request))
                .allMatch(request -> isDeniedInPieces(new ContentFilterFactory(), FILTER, request));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void allIsMaskedInEitherOrder(String text) {
        for (boolean filterFirst : new boolean[] {true, false}) {
            for (String type : List.of("text/plain", "application/octet-stream")) {
                PolicyTester filter = PolicyTester.of(new ContentFilterFactory(), MASK);
                PolicyTester pii = PolicyTester.of(new PiiRedactionFactory(), PII);
                var first = (filterFirst ? filter : pii).request(post(type, octets(text.formatted(SECRET))));
                var last = first.isDenied() ? first : (filterFirst ? pii : filter).request(first.request());

                assertThat(last.isDenied()
                                || !String.valueOf(last.request().body()).matches("(?s).*(falcon|bob).*"))
                        .as(type)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void noWordHidesInAStream(String text) {
        String events = "data: x\n\ndata: " + text.replace("\n", "\ndata: ").formatted(SECRET) + "\n\n";

        assertThat(isDenied(new ContentFilterFactory(), FILTER, post("text/event-stream", octets(events))))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void noContentHides(String text) {
        String file = "X5O!P%@AP ".repeat(10);
        String encoded = Base64.getEncoder().encodeToString(octets(file));

        assertThat(contents("text/plain", text.formatted('"' + encoded + '"'))).contains(file);
    }

    static Stream<String> spellings() {
        String text = Base64.getEncoder().encodeToString(octets("X5O!P%@AP ".repeat(20) + "X5O!"));
        String half = text.substring(0, 160);
        return Stream.of(
                half + "!" + text.substring(160),
                text + ".",
                text + "==",
                half + "=" + text.substring(160),
                half + "==" + text.substring(160),
                "DATA:a/b;BASE64," + text,
                "data:a/b; base64," + text,
                " data:a/b;base64 ," + text,
                "data:;base64," + text.replace("=", "%3D").replace("/", "%2F").replace("W", "%57"),
                text.replace('/', '_').replace('+', '-').replace("=", ""),
                text.replaceAll("(.{76})", "$1\\\\r\\\\n"));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void noSpellingOfBase64Hides(String text) {
        assertThat(contents("application/json", "{\"a\":\"" + text + "\"}"))
                .anyMatch(content -> content.startsWith("X5O!P%@AP ".repeat(12)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This is a text of some length, as a person writes it. It ends soon.",
                "https://www.example.com/a/path/of/some/length/image.jpg?width=640&height=480&q=75",
                "2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z, 2026-01-03T00:00:00Z, 2026-01-04",
                "\\u4e00\\u4e01\\u4e02\\u4e03\\u4e04\\u4e05\\u4e06\\u4e07\\u4e08 \\u4e00\\u4e01\\u4e02 abcdefghijklmnopqrstuvwxyz",
                "<p>Some markup with <b>words</b>, which is longer than any key or id</p>"
            })
    void otherTextIsNoBase64(String text) {
        assertThat(contents("application/json", "{\"a\":\"" + text + "\"}")).hasSize(1);
    }

    private static List<String> contents(String type, String body) {
        Contents contents = new Contents(new ContentRules(Set.of(), 100, true), HeaderMap.of("content-type", type));
        List<String> found = new ArrayList<>();
        Buffer content = Buffer.buffer();
        for (ContentPiece piece : contents.take(Buffer.buffer(octets(body)), true, () -> false)) {
            switch (piece) {
                case ContentPiece.Bytes(Buffer bytes) -> content.appendBuffer(bytes);
                case ContentPiece.End() -> {
                    found.add(content.toString(StandardCharsets.ISO_8859_1));
                    content = Buffer.buffer();
                }
                case ContentPiece.Unopenable(String why) -> found.add(why);
            }
        }
        return found;
    }

    static Stream<Arguments> wide() {
        return Stream.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")
                .map(Charset::forName)
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("wide")
    void noWordHidesInAnotherEncoding(Charset charset) {
        String text = new String(("{\"a\":" + SECRET + "}").getBytes(charset), StandardCharsets.ISO_8859_1);

        assertThat(inEveryPlace(text))
                .allMatch(request -> isDenied(new ContentFilterFactory(), FILTER, request))
                .allMatch(request -> isDeniedInPieces(new ContentFilterFactory(), FILTER, request));
    }

    /** A mask is in the encoding of the text, or the body is refused. */
    @ParameterizedTest
    @MethodSource("wide")
    void noMaskIsInAnotherEncoding(Charset charset) {
        for (String text : List.of("{\"a\":" + SECRET + "}", "{\"a\":\"bob@example.com\"}", "a bob@example.com b")) {
            var run = PolicyTester.of(new PiiRedactionFactory(), PII)
                    .request(post("application/octet-stream", text.getBytes(charset)));
            Buffer body = run.isDenied() ? null : run.request().body();

            assertThat(body == null || !body.toString().contains("EMAIL"))
                    .as(text)
                    .isTrue();
            assertThat(body == null || !body.toString(charset).contains("bob"))
                    .as(text)
                    .isTrue();
        }
    }

    static Stream<String> plain() {
        return Stream.of(
                "[INFO] 2026-01-01 [main] {started} [[[[[[",
                "[2026-01-01T00:00:00Z] GET /a [1] {a: 1, a: 2}",
                "{{name}} " + DEEP,
                "{% if a %}" + DEEP,
                "[a link](https://example.com/?a=b) " + DEEP,
                "[x] done\n[ ] " + DEEP,
                "# A title\n\n" + DEEP.replace("[", "- [a](b) "),
                "/* a comment */ body { color: red; color: blue } " + DEEP,
                "// a comment\nlet a = [1]; " + DEEP,
                "/usr/bin " + DEEP,
                "[section]\nkey=1\nkey=2\n" + DEEP,
                "{ let a = 1; let a = 2 } " + DEEP,
                "\"Fine\", she said. " + DEEP,
                ") " + DEEP);
    }

    @ParameterizedTest
    @MethodSource("plain")
    void plainTextPasses(String text) {
        RequestView request = post("text/plain", text.getBytes(StandardCharsets.UTF_8));

        assertThat(isDenied(new JsonThreatProtectionFactory(), "", request)).isFalse();
        assertThat(isDenied(new ContentFilterFactory(), FILTER, request)).isFalse();
        assertThat(isDenied(new PiiRedactionFactory(), PII, request)).isFalse();
        assertThat(contents("text/plain", text)).hasSize(1);
    }
}
