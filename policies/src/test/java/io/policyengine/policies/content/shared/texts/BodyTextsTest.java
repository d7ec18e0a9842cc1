package io.policyengine.policies.content.shared.texts;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.content.shared.textmatch.WordList;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of bodies, in each disguise, at any cut. */
class BodyTextsTest {
    private static final int RANDOM_CUTS = 300;
    private static final WordList WORDS = WordList.of(List.of("forbidden", "top secret", "über"), true, false);

    private static Masked masked(String contentType) {
        return new Masked(contentType, WORDS::scan);
    }

    private static String any(String contentType, String body) {
        return any(contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String any(String contentType, byte[] body) {
        String octets = masked(contentType).ofAnyCut(body, RANDOM_CUTS);
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forbidden",
                "FORBIDDEN",
                "for\u00ADbidden",
                "f\u200Bor\u200Db\uFEFFidden",
                "ｆｏｒｂｉｄｄｅｎ",
                "fоrbiddеn",
                "fórbídděn",
                "f\u0336o\u0336r\u0336bidden",
                "𝐟𝐨𝐫𝐛𝐢𝐝𝐝𝐞𝐧",
                "top secret",
                "top\u00A0 \n secret",
                "über",
                "u\u0308ber",
                "Ü\u00ADBER"
            })
    void findsAWordHoweverItIsSpelled(String spelled) {
        assertThat(any("text/plain", "a " + spelled + " b")).isIn("a *** b", "a ***\u0336 b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json|{\"a\":1,\"a\":2}",
                "application/json|{\"a\":1,\"\\u0061\":2}",
                "text/plain|{\"a\":1,\"a\":2}",
                "text/plain| [{\"a\":1,\"a\":2}]",
                "text/event-stream|data: {\"delta\":\"x\",\"delta\":\"y\"}",
                "application/x-ndjson|{\"delta\":\"x\",\"delta\":\"y\"}"
            })
    void refusesANameThatStandsTwice(String type, String body) {
        assertThat(any(type, body + "\n\n")).isEqualTo("AMBIGUOUS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":\"{\\\"b\\\":1,\\\"b\\\":2}\"}", "{\"a\":[{\"a\":1},{\"a\":2}],\"b\":{\"a\":1}}"})
    void readsANameThatStandsTwiceInAString(String body) {
        assertThat(any("application/json", body)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uber", "forbid den", "top-secret", "forbbidden"})
    void lookForNothingElse(String other) {
        assertThat(any("text/plain", other)).isEqualTo(other);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"forbidden\"}|{\"a\":\"***\"}",
                "{\"a\":\"for\\u0062id\\u0064en\", \"n\": 1.50e3}|{\"a\":\"***\", \"n\": 1.50e3}",
                "{\"forbidden\":null}|{\"***\":null}",
                "[\"top\\nsecret\", \"\\\"\\/\\\\\"]|[\"***\", \"\\\"\\/\\\\\"]",
                "[\"\\ud835\\udc1Forbidden\"]|[\"***\"]",
                "[\"\\ud835forbidden\\udc1f\"]|[\"\\ud835***\\udc1f\"]",
                "{\"content\":[{\"type\":\"text\",\"text\":\"for\"},{\"type\":\"text\",\"text\":\"bidden\"}]}"
                        + "|{\"content\":[{\"type\":\"text\",\"text\":\"***\"},{\"type\":\"text\",\"text\":\"\"}]}",
                "{\"content\":[{\"text\":\"for\",\"content\":[{\"text\":\"x\"}]},{\"text\":\"bidden\"}]}"
                        + "|{\"content\":[{\"text\":\"***\",\"content\":[{\"text\":\"x\"}]},{\"text\":\"\"}]}",
                "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"for\"}]}}]},"
                        + "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"bidden\"}]}}]}]"
                        + "|[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"***\"}]}}]},"
                        + "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]}}]}]",
                "{\"content\":[{\"text\":\"a\"},{\"text\":\"{\\\"q\\\":\\\"forb\\\\u0069dden\\\"}\"}]}"
                        + "|{\"content\":[{\"text\":\"a\"},{\"text\":\"{\\\"q\\\":\\\"***\\\"}\"}]}",
                "{\"arguments\":\"{\\\"q\\\":\\\"forb\\\\u0069dden\\\"}\"}|{\"arguments\":\"{\\\"q\\\":\\\"***\\\"}\"}",
                "{\"a\":\"for\",\"b\":\"bidden\"}|{\"a\":\"for\",\"b\":\"bidden\"}",
                "{'a':1}|MALFORMED",
                "{\"a\":1} {}|MALFORMED",
                "{\"a\"|MALFORMED",
                "\"forbidden\"|\"***\"",
            })
    void readsJson(String body, String after) {
        assertThat(any("application/json", body)).isEqualTo(after);
    }

    @Test
    void readsJsonThatIsSentAsSomethingElse() {
        String body = "{\"a\":\"for\\u0062idden\"}";
        String after = "{\"a\":\"***\"}";

        assertThat(any("text/plain", body)).isEqualTo(after);
        assertThat(any("application/x-www-form-urlencoded", body)).isEqualTo(after);
        assertThat(any("text/event-stream", body)).isEqualTo(after);
        assertThat(any("image/png", body)).isEqualTo(after);
        assertThat(any("", body)).isEqualTo(after);
        assertThat(any("multipart/form-data; boundary=x", body)).isEqualTo("MALFORMED");
    }

    @Test
    void joinsTheDeltasOfAStream() {
        String body = """
                data: {"id":"1","choices":[{"index":0,"delta":{"content":"a for"}}]}

                data: {"id":"1","choices":[{"delta":{"content":"forb"},"index":1}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"content":"bid"}},{"index":1,"delta":{"content":"idden"}}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"content":"den b"}}]}

                data: [DONE]

                """;

        assertThat(any("text/event-stream", body)).isEqualTo("""
                data: {"id":"1","choices":[{"index":0,"delta":{"content":"a ***"}}]}

                data: {"id":"1","choices":[{"delta":{"content":"***"},"index":1}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"content":""}},{"index":1,"delta":{"content":""}}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"content":" b"}}]}

                data: [DONE]

                """);
        assertThat(any("text/event-stream", body.replace("\n", "\r\n")))
                .contains("a ***")
                .doesNotContain("bid");
    }

    /** Clients read one number in all of these. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0", "-0", "0e5", "0.000000000000000000000000000000000000"})
    void joinsTheDeltasOfOneIndexHoweverItIsSpelled(String index) {
        String body = """
                data: {"choices":[{"index":0,"delta":{"content":"a for"}}]}

                data: {"choices":[{"index":%s,"delta":{"content":"bidden b"}}]}

                """.formatted(index);

        assertThat(any("text/event-stream", body)).contains("a ***").doesNotContain("bidden");
    }

    /** Data that only lenient clients read as JSON. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"\\ud800\":1,", "{\"a\":NaN,", "{/**/", "{'a':1,"})
    void joinsTheDeltasOfEventsForLenientClients(String beginning) {
        String body = """
                data: x

                data: %1$s"choices":[{"index":0,"delta":{"content":"a for"}}]}

                data: %1$s"choices":[{"index":0,"delta":{"content":"bid\\u0064en b"}}]}

                """.formatted(beginning);

        assertThat(any("text/event-stream", body)).contains("a ***").doesNotContain("bid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"?\"}}",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"?\"}}",
                "{\"type\":\"response.output_text.delta\",\"item_id\":\"m1\",\"output_index\":0,\"content_index\":0,\"delta\":\"?\"}",
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"?\"}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"?\"}}]}}]}",
                "{\"index\":7,\"token\":{\"id\":4,\"text\":\"?\"}}",
                "?",
            })
    void joinsTheDeltasOfEachProvider(String event) {
        String body = "data: " + event.replace("?", "a FORB") + "\n\n: hello\n\ndata:"
                + event.replace("?", "ID").replace("7", "8") + "\n\ndata: " + event.replace("?", "den b") + "\n\n";

        assertThat(any("text/event-stream", body))
                .contains("a ***")
                .contains(" b")
                .doesNotContain("FORB")
                .doesNotContain("den");
    }

    @Test
    void readsEventsThatAreSentAsSomethingElse() {
        assertThat(any("text/plain", "data: {\"text\":\"for\"}\n\ndata: {\"text\":\"bidden\"}\n\n"))
                .isEqualTo("data: {\"text\":\"***\"}\n\ndata: {\"text\":\"\"}\n\n");
    }

    @Test
    void joinsTheLinesOfAStreamOfJson() {
        assertThat(any("application/x-ndjson", "{\"response\":\"for\"}\n{\"response\":\"bidden\",\"done\":true}\n"))
                .isEqualTo("{\"response\":\"***\"}\n{\"response\":\"\",\"done\":true}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "a=forbidden&b=%66or%62idden, a=***&b=***",
        "forbidden=1, ***=1",
        "a=top+secret%21, a=***%21",
        "a=%C3%BCber&b=100%&c=%zz, a=***&b=100%&c=%zz",
        "a=f%C0%AE, UNDECODABLE",
    })
    void readsForms(String body, String after) {
        assertThat(any("application/x-www-form-urlencoded", body)).isEqualTo(after);
    }

    @Test
    void readsParts() {
        String body = """
                --b-1\r
                Content-Disposition: form-data; name="a"\r
                \r
                one forbidden\r
                --b-1\r
                Content-Disposition: form-data; name="j"\r
                Content-Type: application/json\r
                \r
                {"x":"forb\\u0069dden"}\r
                --b-1\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                =66orbid=\r
                den=21\r
                --b-1\r
                \r
                \r
                --b-1--\r
                """;

        assertThat(any("multipart/form-data; boundary=\"b-1\"", body))
                .isEqualTo(body.replace("one forbidden", "one ***")
                        .replace("forb\\u0069dden", "***")
                        .replace("=66orbid=\r\nden=21", "***=\r\n=21"));
    }

    @Test
    void opensBase64AndReplacesNothingThere() {
        String encoded = Base64.getMimeEncoder(8, "\r\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString("it is forbidden".getBytes(StandardCharsets.UTF_8));
        String body =
                "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: Base64\r\n\r\n" + encoded + "\r\n--b--";

        assertThat(any("multipart/mixed; boundary=b", body)).isEqualTo("NOT_REPLACEABLE");
        assertThat(any("multipart/mixed; boundary=b", body.replace(encoded, "aXQgaXMgZmluZQ==")))
                .contains("aXQgaXMgZmluZQ==");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16LE, true, application/json",
        "UTF-16BE, true, application/json",
        "UTF-16LE, false, application/json",
        "UTF-16BE, false, application/json; charset=utf-8",
        "UTF-32LE, true, text/plain",
        "UTF-32BE, false, application/json",
        "UTF-16LE, false, text/plain; charset=UTF-16LE",
        "UTF-16BE, false, text/plain; charset=utf-16",
        "UTF-8, true, text/plain; charset=utf-8",
    })
    void readsCharsets(String name, boolean mark, String contentType) {
        Charset charset = Charset.forName(name);
        String begin = (mark ? "\uFEFF" : "") + "[\"a ";

        String after = masked(contentType).ofAnyCut((begin + "forbidden ü\"]").getBytes(charset), RANDOM_CUTS);

        assertThat(after.getBytes(StandardCharsets.ISO_8859_1)).isEqualTo((begin + "*** ü\"]").getBytes(charset));
    }

    @Test
    void refusesCharsetsThatContradictThemselves() {
        assertThat(any("text/plain; charset=utf-16le", "forbidden")).isEqualTo("UNDECODABLE");
        assertThat(any("text/plain; charset=utf-8", "forbidden".getBytes(StandardCharsets.UTF_16LE)))
                .isEqualTo("UNDECODABLE");
        assertThat(any("text/plain", new byte[] {'a', (byte) 0xC1, (byte) 0xA1}))
                .isEqualTo("UNDECODABLE");
        assertThat(any("application/json", new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}))
                .isEqualTo("UNDECODABLE");
        assertThat(any("text/plain; charset=utf-7", "+AGYAbw-")).isEqualTo("UNKNOWN_CHARSET");
        assertThat(any("text/plain; charset=iso-8859-1", "forbidden")).isEqualTo("***");
    }

    @Test
    void letsPassWhatIsNoText() {
        byte[] image = {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xFF, (byte) 0xC3, 'x', (byte) 0xE2, (byte) 0x82};

        assertThat(masked("image/png").ofAnyCut(image, RANDOM_CUTS))
                .isEqualTo(new String(image, StandardCharsets.ISO_8859_1));
    }

    @Test
    void refusesWhatNestsTooDeep() {
        assertThat(masked("application/json").of("[".repeat(501))).isEqualTo("TOO_COMPLEX");
        assertThat(masked("text/plain").of("[".repeat(501))).isEqualTo("TOO_COMPLEX");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<p>f&#111;r&#x62;idden</p>|<p>***</p>",
                "<p>f&oacute;rbid&shy;den &amp; &lt;</p>|<p>*** &amp; &lt;</p>",
                "<p>for<b>bidden</b> for<!-- a --x > b -->bidden</p>|<p>***<b></b> ***<!-- a --x > b --></p>",
                "<p>for<!--x--!>bidden</p>|<p>***<!--x--!></p>",
                "<a b=\"f&#0000000000000000000000000000000111;rbidden\" c='>'>x</a>|<a b=\"***\" c='>'>x</a>",
                "<![CDATA[forbidden]]> a < b &x; &#; & forbidden|<![CDATA[***]]> a < b &x; &#; & ***",
                "a < forbidden|a < ***",
                "<p>forb&#105|<p>forb&#105",
            })
    void readsMarkup(String body, String expected) {
        assertThat(any("text/html", body)).isEqualTo(expected);
        assertThat(any("application/soap+xml", body)).isEqualTo(expected);
        if (body.startsWith("<")) {
            assertThat(any("text/plain", body)).isEqualTo(expected);
        }
    }

    @Test
    void writesWhatReplacesATextAsItsPlaceDemands() {
        assertThat(new Masked("text/html", WORDS::scan, "<&>")
                        .ofAnyCut("<p>forbidden".getBytes(StandardCharsets.UTF_8), 9))
                .isEqualTo("<p>&lt;&amp;&gt;");
        assertThat(new Masked("application/x-www-form-urlencoded", WORDS::scan, "a&b")
                        .ofAnyCut("x=forbidden&y=1".getBytes(StandardCharsets.UTF_8), 9))
                .isEqualTo("x=a%26b&y=1");
        assertThat(new Masked("text/plain", WORDS::scan, "\"")
                        .ofAnyCut("{\"x\": \"forbidden\"}".getBytes(StandardCharsets.UTF_8), 9))
                .isEqualTo("{\"x\": \"\\\"\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; xboundary=a; boundary=b",
                "multipart/form-data; boundary=a; boundary=b",
                "multipart/form-data; Boundary = b; charset=utf-8",
                "multipart/mixed; boundary=b, text/plain",
                "multipart/form-data",
            })
    void refusesABoundaryForWhichAServerMayTakeAnother(String contentType) {
        String body = "--b\r\nContent-Type: application/json\r\n\r\n{\"a\":\"f\\u006frbidden\"}\r\n--b--\r\n";

        assertThat(any("multipart/form-data; boundary=\"b\"", body)).contains("{\"a\":\"***\"}");
        assertThat(any(contentType, body)).isEqualTo("MALFORMED");
    }

    @Test
    void refusesBoundariesThatServersPutTogetherDifferently() {
        assertThat(any("multipart/form-data; boundary*0=a; boundary*1=b; boundary=c", "--ab"))
                .isEqualTo("MALFORMED");
        assertThat(any("multipart/form-data; boundary*=utf-8''b", "--b\r\n\r\nx\r\n--b--"))
                .isEqualTo("MALFORMED");
        assertThat(any("multipart/form-data; boundary*0=b", "--b\r\n\r\nx\r\n--b--"))
                .isEqualTo("MALFORMED");
        assertThat(any(
                        "multipart/form-data; boundary=b",
                        "--b\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx\r\n--b--"))
                .isEqualTo("MALFORMED");
        assertThat(any("multipart/form-data; boundary=b", "--bc\r\n\r\nx\r\n--b--"))
                .isEqualTo("MALFORMED");
    }

    @Test
    void readsAPartAsItStandsWhereAServerDoesNotKnowItsTransferEncoding() {
        String body =
                "--b\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\na+forbidden+\r\n--b--";

        assertThat(any("multipart/form-data; boundary=b", body)).isEqualTo(body.replace("forbidden", "***"));
    }

    @Test
    void readsWhatIsStatedInAnotherCharsetAsUtf8AsWell() {
        assertThat(any("text/plain; charset=iso-8859-1", "fоrbiddеn über")).isEqualTo("*** ***");
        assertThat(masked("text/plain; charset=iso-8859-1")
                        .ofAnyCut("a \u00FCber".getBytes(StandardCharsets.ISO_8859_1), RANDOM_CUTS))
                .isEqualTo("a ***");
        assertThat(any("text/event-stream; charset=iso-8859-1", "data: fоrbidden\n\n"))
                .isEqualTo("data: ***\n\n");
    }

    @Test
    void readsAnEventOfManyStringsInBoundedTimeAndMemory() {
        String strings = IntStream.range(0, 9_999)
                .mapToObj(i -> "\"text" + i + "\":\"\",")
                .collect(Collectors.joining());

        assertThat(masked("text/event-stream").of("data: {" + strings + "\"text\":1}\n\n"))
                .isEqualTo("TOO_COMPLEX");
    }

    @Test
    void refusesMoreNamesThanItHolds() {
        String most =
                IntStream.range(0, 100_000).mapToObj(i -> "\"" + i + "\":0").collect(Collectors.joining(","));

        assertThat(masked("application/json").of("{" + most + "}")).isEqualTo("{" + most + "}");
        assertThat(masked("application/json").of("{" + most + ",\"more\":0}")).isEqualTo("TOO_COMPLEX");
    }

    @Test
    void refusesXmlThatNestsTooDeep() {
        assertThat(masked("application/xml").of("<a>".repeat(500))).isEqualTo("<a>".repeat(500));
        assertThat(masked("application/xml").of("<a>".repeat(501))).isEqualTo("TOO_COMPLEX");
    }

    @Test
    void readsDamagedBodiesTheSameAtAnyCut() {
        List<String> types = List.of(
                "application/json",
                "text/plain",
                "text/html",
                "text/event-stream",
                "application/x-ndjson",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=b",
                "text/plain; charset=iso-8859-1",
                "image/png",
                "");
        List<String> bodies = List.of(
                "{\"a\":[\"for\\u0062idden\",{\"\\ud83d\\ude00\":1.5e3}],\"content\":[{\"text\":\"for\"},{\"text\":\"bidden\"}]}",
                """
                data: {"choices":[{"index":0,"delta":{"content":"forb"}}]}\r
                \r
                : c\r
                \r
                data: {"choices":[{"index":0,"delta":{"content":"idden ü"}}]}

                data: [DONE]

                """,
                "a=%66orbidden&b=%C3%BCber+top+secret&&=%2",
                """
                --b\r
                Content-Type: application/json\r
                \r
                {"a":"forb\\u0069dden"}\r
                --b\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                for=\r
                bid=64en\r
                --b\r
                Content-Transfer-Encoding: base64\r
                \r
                Zm9yYmlkZGVu\r
                --b--\r
                """,
                "<p title='&#102;orbidden'>for<b>bidden</b><!-- x --><![CDATA[forbidden]]>&uuml;ber</p>");
        Set<String> outcomes = new HashSet<>();
        int bodiesToDamage = Boolean.getBoolean("tests.all") ? 20_000 : 5_000;
        for (int seed = 0; seed < bodiesToDamage; seed++) {
            Random random = new Random(seed);
            byte[] body = damaged(bodies.get(random.nextInt(bodies.size())).getBytes(StandardCharsets.UTF_8), random);
            String whole = masked(types.get(random.nextInt(types.size()))).ofOneCut(body, random);
            outcomes.add(whole.contains("***") ? "***" : whole);
        }

        assertThat(outcomes).contains("***", "MALFORMED", "UNDECODABLE", "NOT_REPLACEABLE");
    }

    private static byte[] damaged(byte[] body, Random random) {
        byte[] damaged = body.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(3)) {
                case 0 -> damaged[at] = (byte) random.nextInt(256);
                case 1 -> damaged[at] = (byte) "\"\\{}[]<>&=%-\r\n:,".charAt(random.nextInt(16));
                default -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
            }
        }
        return damaged;
    }
}
