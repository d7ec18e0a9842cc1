package io.policyengine.policies.format.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.HeaderMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartReaderTest {
    private static final int CUTS = 2_000;

    /** Notes what comes, as a line each. */
    private static final class Notes implements PartSink<RuntimeException> {
        private final List<String> lines = new ArrayList<>();
        private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
        private String kind = "around";

        @Override
        public void surrounding(byte[] bytes, int start, int end) {
            content(bytes, start, end);
        }

        @Override
        public void part(Part part) {
            kind = part.name().orElse("?")
                    + part.fileName().map(file -> " file " + file).orElse("") + " " + part.type() + " "
                    + part.encoding();
        }

        @Override
        public void content(byte[] bytes, int start, int end) {
            piece.write(bytes, start, end - start);
        }

        @Override
        public void end() {
            lines.add(kind + ": " + piece.toString(StandardCharsets.UTF_8));
            piece.reset();
            kind = "around";
        }
    }

    private static Boundary boundary(String contentType) throws MultipartFault {
        return Boundary.of(HeaderMap.of("content-type", contentType));
    }

    private static List<String> read(String boundary, List<byte[]> chunks) throws MultipartFault {
        Notes notes = new Notes();
        MultipartReader<RuntimeException> reader =
                new MultipartReader<>(boundary("multipart/form-data; boundary=\"" + boundary + "\""), 0, notes);
        for (byte[] chunk : chunks) {
            reader.take(chunk, 0, chunk.length);
        }
        reader.end();
        return notes.lines;
    }

    private static List<byte[]> cut(byte[] body, Random random) {
        List<byte[]> chunks = new ArrayList<>();
        int most = 1 + random.nextInt(body.length);
        for (int at = 0; at < body.length; ) {
            int to = Math.min(body.length, at + random.nextInt(most + 1));
            chunks.add(Arrays.copyOfRange(body, at, to));
            at = to;
        }
        return chunks;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void noCutChangesTheParts() throws MultipartFault {
        String tricky = "\r\n-\r\n--\r\n---X\r\n----\r\n\r\r\n--\r--\n--x";
        byte[] body = bytes("pre\r\n----X\r\nContent-Disposition: form-data; name=\"größe\"\r\n\r\n" + tricky
                + "\r\n----X\r\ncontent-disposition: FORM-DATA; filename=a; NAME=b\r\nContent-Type: Text/Plain; a=b\r\n\r\n\r\n----X"
                + "\r\n\r\n\r\n\r\n----X\r\nContent-Transfer-Encoding: BASE64\r\n\r\nQQ==\r\n----X--\r\n\r\nend");
        List<String> parts = List.of(
                "around: pre",
                "größe  IDENTITY: " + tricky,
                "b file a text/plain IDENTITY: ",
                "?  IDENTITY: \r\n",
                "?  BASE64: QQ==",
                "around: \r\nend");
        Random random = new Random(1);

        assertThat(read("--X", List.of(body))).isEqualTo(parts);
        for (int i = 0; i < CUTS; i++) {
            assertThat(read("--X", cut(body, random))).isEqualTo(parts);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no boundary",
                "--b",
                "--b\r\n",
                "--b\r\n\r\none",
                "--b\r\n\r\none\r\n--b",
                "--b\r\n\r\none\r\n--b-",
                "--b\r\n\r\none\r\n--b--\r",
                "--b\r\n\r\none\r\n--b-\r\n",
                "--b\r\n\r\none\r\n--b--x",
                "--b\r\n\r\none\r\n--b--\n",
                "--b\r\n\r\none\r\n--b-- \r\n",
                "--b\n\r\none\r\n--b--",
                "--b \r\n\r\none\r\n--b--",
                "--bc\r\n\r\none\r\n--b--",
                "x--b\r\n\r\none\r\n--b--",
                "\n--b\r\n\r\none\r\n--b--",
                "--b\r\n\r\none\n--b--",
                "--b\r\n\r\none\r--b--",
                "--b\r\n\r\none--b\r\n--b--",
                "--b\r\n\r\none\r\n---b\r\n--b--",
                "--b\r\n\r\n--b--",
                "--b\r\nA: b\r\n--b--",
                "--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--",
                "--b\r\n\r\none\r\n--b--\r\nx--b",
                "--b\r\nA: b\n\r\none\r\n--b--",
                "--b\r\nA: b\n\none\r\n--b--",
                "--b\r\nA: b\r\n c\r\n\r\none\r\n--b--",
                "--b\r\nA : b\r\n\r\none\r\n--b--",
                "--b\r\nA\r\n\r\none\r\n--b--",
                "--b\r\n: b\r\n\r\none\r\n--b--",
                "--b\r\nA: b\rc\r\n\r\none\r\n--b--",
                "--b\r\nA: b\0c\r\n\r\none\r\n--b--",
                "--b\r\nA: b\r\na: b\r\n\r\none\r\n--b--",
                "--b\r\nContent_Disposition: form-data; name=a\r\n\r\none\r\n--b--",
                "--b\r\nA: b\r\n--b: c\r\n\r\none\r\n--b--",
                "--b\r\n--b: c\r\n\r\none\r\n--b--",
                "--b\r\nA: --b\r\n\r\none\r\n--b--"
            })
    void whatServersReadDifferentlyIsRefused(String body) {
        assertThatExceptionOfType(MultipartFault.class).isThrownBy(() -> read("b", List.of(bytes(body))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Disposition: form-data; name=\"a\"; name=\"b\"",
                "Content-Disposition: form-data; name=\"a\"; NAME=b",
                "Content-Disposition: form-data; name=\"a\"; name*=utf-8''b",
                "Content-Disposition: form-data; name*0=a",
                "Content-Disposition: form-data; name=\"a\\b\"",
                "Content-Disposition: form-data; filename=\"a\\\"; name=\"b\"; x=\"",
                "Content-Disposition: form-data; name=\"a",
                "Content-Disposition: form-data; name=a b",
                "Content-Disposition: form-data; name = a",
                "Content-Disposition: form-data; name=a, b",
                "Content-Disposition: form-data; name",
                "Content-Disposition: form-data; name=a; filename*=utf-8''b",
                "Content-Disposition: form-data; name=a; filename=a; filename*=utf-8''b",
                "Content-Disposition: form-data; name=a; filename=a; filename*=utf-7''a",
                "Content-Disposition: form-data; name=a; filename=a; filename*=utf-8''%6",
                "Content-Disposition: form-data; name=a; filename*0=b",
                "Content-Disposition: form-data; name=a; filename=a; filename*=utf-8''%00a",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?YQ==?=\"; filename*=utf-8''%3D%3Futf-8%3FB%3FYQ%3D%3D%3F%3D",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?w6kudHh0?=\"; filename*=utf-8''e.txt",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?w6kudHh0?=\"; filename*=utf-8'en'%C3%A9.txt",
                "Content-Disposition: form-data; name=a; filename=\"=?iso-8859-1?B?6S50eHQ=?=\"; filename*=utf-8''%C3%A9.txt",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?w6k?=\"; filename*=utf-8''%C3%A9",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?YQo=?=\"; filename*=utf-8''a%0A",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?X?a?=\"; filename*=utf-8''a",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?Q?=4?=\"; filename*=utf-8''a",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?w?=?w6k=?=\"; filename*=utf-8''%C3%A9",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?B?6Q==?=\"; filename*=utf-8''%E9",
                "Content-Disposition: form-data; name=\"=?utf-8?B?YQ==?=\"",
                "Content-Disposition: form-data; name=\"=?ISO-8859-1?q?a?=\"",
                "Content-Disposition: form-data; name=\"=?utf-8?q?a?= =?utf-8?q?b?=\"",
                "Content-Disposition: form-data; name=\"b =?utf-8*en?Q?a?= c\"",
                "Content-Disposition: form-data; name=a; filename=\"=?iso-8859-1?Q?=61?=\"",
                "Content-Disposition: form-data; name=a; filename=\"b =?utf-8?Q?=61?=\"",
                "Content-Disposition: form-data; name=a; filename=\"=?utf-8?q?a?= =?utf-8?q?b?=\"",
                "Content-Disposition: form-data; name=\" a\"",
                "Content-Disposition: form-data; name=\"a \"",
                "Content-Disposition: form-data; name='a'",
                "Content-Disposition: form-data; name=a'b",
                "Content-Disposition: form-data; name=a*b",
                "Content-Disposition: form-data; name=a; filename='b'",
                "Content-Disposition: form-data; x=b'c; name=a",
                "Content-Disposition: form-data; filename=b'c; name=a",
                "Content-Disposition: form-data; name=a; filename=b'c; filename*=\"utf-8''b'c\"",
                "Content-Disposition: form-data; name=a; filename=\"b'\"; filename*=utf-8''b'; x=\"'; name=c\"",
                "Content-Disposition: form-data; a'b=c; name=a",
                "Content-Disposition: form-data'; name=a; x=\"'; name=b\"",
                "Content-Disposition: form-data \"; name=b\"; name=a",
                "Content-Disposition: form-data; name=a;",
                "Content-Disposition: form-data; name=\"a\" ;",
                "Content-Disposition: form-data; ; name=a",
                "Content-Type: text/plain; charset=iso-2022-jp",
                "Content-Type: text/plain; charset=utf-7",
                "Content-Type: text/plain, application/json",
                "Content-Type: text",
                "Content-Type:",
                "Content-Transfer-Encoding: x-gzip",
                "Content-Transfer-Encoding: base64, 7bit",
            })
    void fieldsOfAPartThatServersReadDifferentlyAreRefused(String field) {
        assertThatExceptionOfType(MultipartFault.class)
                .isThrownBy(() -> read("b", List.of(bytes("--b\r\n" + field + "\r\n\r\none\r\n--b--"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filename*=utf-8''b | a part has filename* but no filename",
                "filename=a; filename*=utf-8''b | a part has two file names",
            })
    void theReasonSaysWhatIsWrongWithAFileName(String parameters, String why) {
        String field = "Content-Disposition: form-data; name=a; " + parameters;

        assertThatExceptionOfType(MultipartFault.class)
                .isThrownBy(() -> read("b", List.of(bytes("--b\r\n" + field + "\r\n\r\none\r\n--b--"))))
                .satisfies(fault -> assertThat(fault.why()).isEqualTo(why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "form-data; name=a; filename=x.txt; filename*=utf-8''x.txt | a file x.txt",
                "form-data; name=\"a\"; filename=\"é x\"; filename*=UTF-8''%c3%a9%20x | a file é x",
                "form-data; name=\"a;b\"; filename=\"C:\\d\\x.txt\" | a;b file C:\\d\\x.txt",
                "form-data; name=\"100%\" | 100%",
                "attachment; filename=a | ? file a",
                "form-data; name=file; filename=\"=?utf-8?B?w6kudHh0?=\"; filename*=utf-8''%C3%A9.txt | file file é.txt",
                "form-data; name=file; filename=\"=?UTF-8?Q?=C3=A9_1.txt?=\"; filename*=UTF-8''%C3%A9%201.txt | file file é 1.txt",
                "form-data; name=file; filename=\"=?utf-8?B?w6kudHh0?=\" | file file é.txt",
                "form-data; name=file; filename=O'Brien.pdf; filename*=utf-8''O%27Brien.pdf | file file O'Brien.pdf",
                "form-data; name=\"it's\"; filename=\"'a'.txt\" | it's file 'a'.txt",
                "form-data; name=file; filename=\"what=?.txt\" | file file what=?.txt",
                "form-data; name=file; filename=\"=?utf-8?B?w6k\" | file file =?utf-8?B?w6k",
                "form-data | ?",
            })
    void namesAreReadAsClientsWriteThem(String disposition, String name) throws MultipartFault {
        String body = "--b\r\nContent-Disposition: " + disposition + "\r\n\r\none\r\n--b--";

        assertThat(read("b", List.of(bytes(body)))).element(1).isEqualTo(name + "  IDENTITY: one");
    }

    @Test
    void aNameIsInUtf8() {
        byte[] body = "--b\r\nContent-Disposition: form-data; name=\"\u00E9\"\r\n\r\none\r\n--b--"
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThatExceptionOfType(MultipartFault.class).isThrownBy(() -> read("b", List.of(body)));
    }

    @Test
    void partsAndTheirHeadersAndTheirDepthAreBounded() throws MultipartFault {
        String part = "--b\r\n\r\n\r\n";

        assertThat(read("b", List.of(bytes(part.repeat(1_000) + "--b--")))).hasSize(1_002);
        assertThatExceptionOfType(MultipartFault.class)
                .isThrownBy(() -> read("b", List.of(bytes(part.repeat(1_001) + "--b--"))))
                .matches(fault -> fault.kind() == MultipartFault.Kind.TOO_COMPLEX);
        assertThatExceptionOfType(MultipartFault.class)
                .isThrownBy(() -> read("b", List.of(bytes("--b\r\nA: " + "x".repeat(8 << 10)))))
                .matches(fault -> fault.kind() == MultipartFault.Kind.TOO_COMPLEX);
        assertThatExceptionOfType(MultipartFault.class)
                .isThrownBy(() -> new MultipartReader<>(new Boundary("b"), MultipartReader.MAX_DEPTH, new Notes()))
                .matches(fault -> fault.kind() == MultipartFault.Kind.TOO_COMPLEX);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multipart/form-data; boundary=----WebKitFormBoundaryAb1 | ----WebKitFormBoundaryAb1",
                "multipart/form-data; charset=ISO-8859-1; boundary=c | c",
                "multipart/form-data; boundary=c; charset=GBK | c",
                "Multipart/Mixed; Boundary=\"a B='()+_,-./:?c\" | a B='()+_,-./:?c",
                "multipart/related; type=\"text/xml\"; start=<a@b>;boundary=a_b | a_b",
                "multipart/related; type=text/xml; boundary=\"a=b:c\" | a=b:c",
            })
    void aBoundaryIsReadAsClientsWriteIt(String type, String value) throws MultipartFault {
        assertThat(boundary(type).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=\"a\\b\"",
                "multipart/form-data; boundary=\"a \"",
                "multipart/form-data; boundary='a'",
                "multipart/form-data; boundary=a'b",
                "multipart/form-data; boundary=a/b",
                "multipart/form-data; boundary=a=b",
                "multipart/form-data; boundary=a:b",
                "multipart/form-data; boundary=a?b",
                "multipart/form-data; boundary=\"=?utf-8?q?a?=\"",
                "multipart/form-data; boundary = a",
                "multipart/form-data; boundary=a,b",
                "multipart/form-data; boundary=a(b)",
                "multipart/form-data; boundary=a; boundary=b",
                "multipart/form-data; boundary=a; boundary*=utf-8''a",
                "multipart/form-data; boundary*0=a",
                "multipart/form-data; xboundary=a; boundary=b",
                "multipart/form-data; x=\"; boundary=a\"; boundary=b",
                "multipart/form-data; boundary=aboundary=b",
                "multipart/form-data; boundary=a, text/plain",
                "multipart /form-data; boundary=a",
                "multipart/form-data; boundary=a; charset=utf-7",
                "multipart/form-data; charset=utf-16; boundary=a",
                "multipart/form-data; boundary=a; charset=ISO-2022-JP",
                "text/plain; boundary=a"
            })
    void aBoundaryThatServersReadDifferentlyIsRefused(String type) {
        assertThatExceptionOfType(MultipartFault.class).isThrownBy(() -> boundary(type));
    }

    @Test
    void twoFieldsThatStateTheTypeAreRefused() {
        String type = "multipart/form-data; boundary=a";

        assertThatExceptionOfType(MultipartFault.class)
                .isThrownBy(() -> Boundary.of(HeaderMap.of("content-type", type, "content_type", type)));
        assertThat(Boundary.isStated(HeaderMap.of("content_type", type))).isTrue();
        assertThat(Boundary.isStated(HeaderMap.of("content-type", "text/plain; boundary=a")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "refused",
            value = {
                "BASE64 | QUJD | ABC",
                "BASE64 | Q~UI=~ | AB",
                "BASE64 | QQ== | A",
                "BASE64 | QQ | refused",
                "BASE64 | QQ= | refused",
                "BASE64 | QQ==QQ== | refused",
                "BASE64 | QUI== | refused",
                "BASE64 | Q=== | refused",
                "BASE64 | QU JD | refused",
                "BASE64 | QU-_ | refused",
                "QUOTED_PRINTABLE | a=3Db=~c=e9 | a=bc\u00E9",
                "QUOTED_PRINTABLE | a=b | refused",
                "QUOTED_PRINTABLE | a= b | refused",
                "QUOTED_PRINTABLE | a=4 | refused",
                "QUOTED_PRINTABLE | a=4~ | refused",
                "QUOTED_PRINTABLE | a= | refused",
                "IDENTITY | a=3D | a=3D",
            })
    void transferEncodingsAreUndoneStrictly(TransferEncoding encoding, String text, String decoded) {
        byte[] octets = text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        String found;

        try {
            TransferDecoder decoder = encoding.decoder();
            found = new String(decoder.take(octets, 0, octets.length), StandardCharsets.ISO_8859_1);
            decoder.end();
        } catch (MultipartFault fault) {
            found = null;
        }

        assertThat(found).isEqualTo(decoded);
    }
}
