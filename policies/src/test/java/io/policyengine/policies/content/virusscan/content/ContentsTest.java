package io.policyengine.policies.content.virusscan.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.work.StoppedException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentsTest {
    private static final ContentRules ALL = new ContentRules(Set.of(), 100, false);
    private static final HeaderMap FORM = HeaderMap.of("content-type", "multipart/form-data; boundary=XY");
    private static final int CUTS = 10_000;

    @Test
    void aPlainBodyIsOneContent() {
        assertThat(contents(ALL, HeaderMap.empty(), "hello")).containsExactly("hello");
    }

    @Test
    void eachPartIsAContentAndSoIsTextAround() {
        String body =
                "before\r\n--XY\r\nA: b\r\n\r\none\r\ntwo\r\n--XY\r\n\r\n\r\n--XY\r\nA: b\r\n\r\n\r\n--XY--\r\nbehind";

        assertThat(contents(ALL, FORM, body)).containsExactly("before", "one\r\ntwo", "", "", "behind");
    }

    @Test
    void lineEndsAroundThePartsAreNone() {
        assertThat(contents(ALL, FORM, "\r\n--XY\r\n\r\none\r\n--XY--\r\n\r\n")).containsExactly("one");
    }

    @Test
    void whatLooksLikeABoundaryButIsNoneBelongsToThePart() {
        assertThat(contents(ALL, FORM, "--XY\r\n\r\n\r\n-\r\n--X\r\n--x\r\n--XY--"))
                .containsExactly("\r\n-\r\n--X\r\n--x");
    }

    @Test
    void base64IsUndone() {
        String encoded = Base64.getMimeEncoder()
                .encodeToString("some text of more than one line, as mails have it, with 76 characters a line"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(contents(ALL, FORM, "--XY\r\ncontent-transfer-encoding: BASE64 \r\n\r\n" + encoded + "\r\n--XY--"))
                .containsExactly("some text of more than one line, as mails have it, with 76 characters a line");
        assertThat(contents(ALL, HeaderMap.of("content-transfer-encoding", "base64"), "QUJD\r\nRA==\r\n"))
                .containsExactly("ABCD");
    }

    @Test
    void partsInPartsAreContents() {
        String body =
                "--XY\r\nContent-Type: multipart/mixed; boundary=\"Z z\"\r\n\r\n--Z z\r\n\r\none\r\n--Z z--\r\n--XY--";

        assertThat(contents(ALL, FORM, body)).containsExactly("one");
    }

    @Test
    void nestingIsBounded() {
        String type = "Content-Type: multipart/mixed; boundary=";
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            String boundary = i == 0 ? "XY" : "b" + i;
            body.append("--")
                    .append(boundary)
                    .append("\r\n")
                    .append(type)
                    .append("b")
                    .append(i + 1)
                    .append("\r\n\r\n");
        }

        assertThat(contents(ALL, FORM, body.toString())).containsExactly("unopenable");
    }

    @Test
    void onlyPartsWithTheseNamesCountAndThoseWithoutAClearName() {
        ContentRules rules = new ContentRules(Set.of("file", "größe"), 100, false);
        String body = part("form-data; name=text", "1") + part("form-data; name=\"file\"", "2")
                + part("form-data; name=\"fi%6ce\"", "5") + part("form-data; NAME=file", "6")
                + part("form-data; filename=a", "7") + part("form-data; x=\"; name=file\"; name=text", "8")
                + part("form-data; name=\"größe\"", "10") + "--XY--";

        assertThat(contents(rules, FORM, body)).containsExactly("2", "5", "6", "7", "10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"my_file[]", "my.file[0]", "my file", "my.file", "[my_file]", "MY_FILE", "my_file.a", "my_file"})
    void aPartCountsWhoseNameSomeServerReadsAsOneOfThese(String name) {
        ContentRules rules = new ContentRules(Set.of("my_file"), 100, false);
        String body = part("form-data; name=\"" + name + "\"", "1") + part("form-data; name=my", "2") + "--XY--";

        assertThat(contents(rules, FORM, body)).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--XY\r\n\r\none",
                "--XY\r\n\r\none\r\n--XY\r\n",
                "no boundary at all",
                "--XY\r\nContent-Disposition: form-data; name=\"te\\xt\"\r\n\r\none\r\n--XY--",
                "--XY\r\nContent-Disposition: form-data; name=text; name*=utf-8''file\r\n\r\none\r\n--XY--",
                "--XY\r\nContent-Disposition: form-data; name=text, name=file\r\n\r\none\r\n--XY--",
                "--XY \r\n\r\none\r\n--XY--",
                "--XY\r\nA: b\r\n\r\n--XY--",
                "--XY\r\n\r\none\n--XY--",
                "--XY\r\n\r\none--XY\r\n--XY--",
                "--XY\r\n\r\none\r\n--XYZ\r\n--XY--",
                "--XY\r\n\r\none\r\n--XY--\r\n--XY\r\n\r\ntwo\r\n--XY--",
                "--XY\n\none\r\n--XY--",
                "--XY\r\nA: b\n\nhidden\r\n\r\none\r\n--XY--",
                "--XY\r\nA: b\r\n folded\r\n\r\none\r\n--XY--",
                "--XY\r\nno colon\r\n\r\none\r\n--XY--",
                "--XY\r\nA : b\r\n\r\none\r\n--XY--",
                "--XY\r\nContent-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\none\r\n--XY--",
                "--XY\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\none\r\n--XY--",
                "--XY\r\nContent-Transfer-Encoding: base64\r\n\r\nQU J\r\n--XY--",
                "--XY\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==QQ==\r\n--XY--",
                "--XY\r\nContent-Transfer-Encoding: base64\r\n\r\nQ\r\n--XY--",
                "--XY\r\nContent-Type: multipart/mixed\r\n\r\none\r\n--XY--",
                "--XY\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\none\r\n--XY--"
            })
    void whatTwoReadersMayOpenDifferentlyIsRefused(String body) {
        assertThat(contents(ALL, FORM, body)).last().isEqualTo("unopenable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=a; boundary=b",
                "multipart/form-data; boundary*=utf-8''a",
                "multipart/form-data; boundary=\"a\\b\"",
                "multipart/form-data; boundary=\"a \"",
                "multipart/form-data; boundary=a, text/plain",
                "text/plain, multipart/form-data; boundary=a",
                "multipart/form-data boundary=a",
                " MultiPart/ form-data; boundary=a"
            })
    void aBoundaryThatReadersMayTakeForAnotherIsRefused(String type) {
        assertThat(contents(ALL, HeaderMap.of("content-type", type), "--a\r\n\r\none\r\n--a--"))
                .containsExactly("unopenable");
    }

    @Test
    void twoFieldsThatStateTheTypeAreRefused() {
        HeaderMap headers = HeaderMap.of(
                "content-type", "multipart/form-data; boundary=a", "content_type", "multipart/form-data; boundary=b");

        assertThat(contents(ALL, headers, "--a\r\n\r\none\r\n--a--")).containsExactly("unopenable");
    }

    @Test
    void headersAndNumberOfPartsAreBounded() {
        assertThat(contents(ALL, FORM, "--XY\r\nA: " + "b".repeat(17_000) + "\r\n\r\none\r\n--XY--"))
                .containsExactly("unopenable");
        assertThat(contents(ALL, FORM, "--XY" + " ".repeat(65) + "\r\n\r\none\r\n--XY--"))
                .containsExactly("unopenable");
        ContentRules two = new ContentRules(Set.of(), 2, false);
        assertThat(contents(two, FORM, "--XY\r\n\r\n1\r\n--XY\r\n\r\n2\r\n--XY\r\n\r\n3\r\n--XY--"))
                .containsExactly("1", "2", "unopenable");
    }

    @Test
    void textsInJsonThatAreBase64AreContentsByChoice() {
        String text = "a text that is long enough to be a content of its own, and so is scanned";
        String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        String url = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        String body =
                "{\"a\": [\"" + encoded + "\", \"QUJD\", 1, {\"b\": \"data:a/b;base64," + encoded.replace("/", "\\/")
                        + "\"}, \"" + url + "\", \"" + "no base64, but a text that is long as well ".repeat(3) + "\"]}";
        ContentRules json = new ContentRules(Set.of(), 100, true);
        HeaderMap type = HeaderMap.of("content-type", "application/json");

        assertThat(contents(json, type, body)).containsExactly(body, text, text, text);
        assertThat(contents(ALL, type, body)).containsExactly(body);
        assertThat(contents(json, type, "{\"a\": ")).containsExactly("{\"a\": ", "unopenable");
        assertThat(contents(new ContentRules(Set.of(), 2, true), type, body)).containsExactly(body, text, "unopenable");
    }

    @Test
    void noCutChangesTheContents() {
        String form = "--X\r\n-\r\r\n\n--";
        String body = String.join(
                "\r\n",
                "pre",
                "--XY",
                "Content-Disposition: form-data; name=a",
                "",
                form,
                "--XY",
                "Content-Transfer-Encoding: base64",
                "",
                "QUJDREVG",
                "R0hJ",
                "Sg==",
                "--XY",
                "Content-Type: multipart/mixed; boundary=c",
                "",
                "--c",
                "",
                "one",
                "--c--",
                "--XY--",
                "end");
        List<String> whole = contents(ALL, FORM, body);
        assertThat(whole).containsExactly("pre", form, "ABCDEFGHIJ", "one", "end");
        Random random = new Random(1);

        for (int i = 0; i < CUTS; i++) {
            assertThat(contents(ALL, FORM, cut(body, random))).isEqualTo(whole);
        }
    }

    @Test
    void jsonIsKeptUntilItsEndAndTellsHowMuch() {
        Buffer begun = Buffer.buffer("{\"a\": \"" + "x".repeat(10_000));
        Contents whole =
                new Contents(new ContentRules(Set.of(), 100, true), HeaderMap.of("content-type", "application/json"));
        Contents part = new Contents(new ContentRules(Set.of(), 100, true), FORM);
        Contents plain = new Contents(ALL, HeaderMap.of("content-type", "application/json"));

        whole.take(begun, false, () -> false);
        part.take(
                Buffer.buffer("--XY\r\nContent-Type: application/json\r\n\r\n").appendBuffer(begun),
                false,
                () -> false);
        plain.take(begun, false, () -> false);

        assertThat(whole.heldBytes()).isGreaterThan(10_000);
        assertThat(part.heldBytes()).isGreaterThan(10_000);
        assertThat(plain.heldBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"application/json, 16", "text/plain, 12", "multipart/form-data; boundary=XY, 4"})
    void readingEndsWhenItsResultIsNoLongerNeeded(String type, int times) {
        Buffer json = Buffer.buffer("{\"a\": \"" + "QUJD".repeat(50_000) + "\"}");
        Contents contents = new Contents(new ContentRules(Set.of(), 100, true), HeaderMap.of("content-type", type));
        AtomicInteger looks = new AtomicInteger();

        contents.take(json, true, () -> looks.incrementAndGet() < 0);

        assertThat(looks).hasValue(times);
        for (int look = 1; look <= looks.get(); look++) {
            AtomicInteger left = new AtomicInteger(look);
            Contents again = new Contents(new ContentRules(Set.of(), 100, true), HeaderMap.of("content-type", type));
            assertThatExceptionOfType(StoppedException.class)
                    .isThrownBy(() -> again.take(json, true, () -> left.decrementAndGet() == 0));
        }
    }

    private static List<String> cut(String body, Random random) {
        List<String> chunks = new ArrayList<>();
        int max = 1 + random.nextInt(body.length());
        for (int at = 0; at < body.length(); ) {
            int to = Math.min(body.length(), at + random.nextInt(max + 1));
            chunks.add(body.substring(at, to));
            at = to;
        }
        return chunks;
    }

    private static String part(String disposition, String content) {
        return "--XY\r\nContent-Disposition: " + disposition + "\r\n\r\n" + content + "\r\n";
    }

    private static List<String> contents(ContentRules rules, HeaderMap headers, String body) {
        return contents(rules, headers, List.of(body));
    }

    /** The contents as text, and {@code unopenable} where they cannot be told from there on. */
    private static List<String> contents(ContentRules rules, HeaderMap headers, List<String> chunks) {
        Contents contents = new Contents(rules, headers);
        List<String> found = new ArrayList<>();
        Buffer current = Buffer.buffer();
        for (int i = 0; i < chunks.size(); i++) {
            for (ContentPiece piece :
                    contents.take(Buffer.buffer(chunks.get(i)), i == chunks.size() - 1, () -> false)) {
                switch (piece) {
                    case ContentPiece.Bytes(Buffer bytes) -> current.appendBuffer(bytes);
                    case ContentPiece.End() -> {
                        found.add(current.toString());
                        current = Buffer.buffer();
                    }
                    case ContentPiece.Unopenable _ -> {
                        found.add("unopenable");
                        return found;
                    }
                }
            }
        }
        return found;
    }
}
