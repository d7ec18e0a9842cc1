package io.policyengine.policies.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.format.events.EventReader;
import io.policyengine.policies.format.form.FormFault;
import io.policyengine.policies.format.form.FormReader;
import io.policyengine.policies.format.form.FormSink;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.MultipartReader;
import io.policyengine.policies.format.multipart.Part;
import io.policyengine.policies.format.multipart.PartSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Each body of the project's cases is read as by a simple reader of whole texts, however it is cut. */
class CorpusTest {
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final int CUTS = 50;

    private record Body(String type, String text) {}

    /** The bodies of messages whose media type begins so. */
    private static List<Body> bodies(String type) throws IOException {
        List<Body> bodies = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CASES)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".yaml")).toList()) {
                add(new YAMLMapper().readTree(file.toFile()), type, bodies);
            }
        }
        return bodies;
    }

    private static void add(JsonNode node, String type, List<Body> bodies) {
        for (String side : List.of("request", "response")) {
            JsonNode message = node.path(side);
            String stated = "";
            for (String name : List.of("Content-Type", "content-type")) {
                stated = message.path("headers").path(name).asString(stated);
            }
            String body = message.path("body").asString("");
            StringBuilder text = new StringBuilder(body);
            node.path("chunks").forEach(chunk -> text.append(chunk.asString("")));
            if (stated.startsWith(type) && !text.isEmpty()) {
                bodies.add(new Body(stated, text.toString()));
            }
        }
        for (JsonNode child : node) {
            add(child, type, bodies);
        }
    }

    private static List<byte[]> cut(String text, Random random) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        List<byte[]> chunks = new ArrayList<>();
        int most = 1 + random.nextInt(body.length);
        for (int at = 0; at < body.length; ) {
            int to = Math.min(body.length, at + random.nextInt(most + 1));
            chunks.add(Arrays.copyOfRange(body, at, to));
            at = to;
        }
        return chunks;
    }

    /** The contents of the parts; {@code refused} at last if it is. */
    private static List<String> parts(String type, List<byte[]> chunks) {
        List<String> parts = new ArrayList<>();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        PartSink<RuntimeException> sink = new PartSink<>() {
            private boolean inPart;

            @Override
            public void surrounding(byte[] bytes, int start, int end) {}

            @Override
            public void part(Part part) {
                inPart = true;
            }

            @Override
            public void content(byte[] bytes, int start, int end) {
                content.write(bytes, start, end - start);
            }

            @Override
            public void end() {
                if (inPart) {
                    parts.add(content.toString(StandardCharsets.UTF_8));
                }
                inPart = false;
                content.reset();
            }
        };
        try {
            MultipartReader<RuntimeException> reader =
                    new MultipartReader<>(Boundary.of(HeaderMap.of("content-type", type)), 0, sink);
            for (byte[] chunk : chunks) {
                reader.take(chunk, 0, chunk.length);
            }
            reader.end();
        } catch (MultipartFault fault) {
            parts.add("refused");
        }
        return parts;
    }

    private static List<String> partsOfWhole(Body body) throws MultipartFault {
        String boundary = Boundary.of(HeaderMap.of("content-type", body.type())).value();
        String[] pieces = ("\r\n" + body.text()).split("\r\n--" + Pattern.quote(boundary), -1);
        List<String> parts = new ArrayList<>();
        for (String piece : Arrays.asList(pieces).subList(1, pieces.length - 1)) {
            parts.add(
                    piece.startsWith("\r\n\r\n")
                            ? piece.substring("\r\n\r\n".length())
                            : piece.substring(piece.indexOf("\r\n\r\n") + "\r\n\r\n".length()));
        }
        return parts;
    }

    @Test
    void multipart() throws IOException, MultipartFault {
        List<Body> bodies = bodies("multipart/");
        Random random = new Random(1);

        assertThat(bodies).hasSizeGreaterThan(40);
        int read = 0;
        for (Body body : bodies) {
            List<String> parts = parts(body.type(), List.of(body.text().getBytes(StandardCharsets.UTF_8)));
            if (!parts.contains("refused")) {
                read++;
                assertThat(parts).as(body.text()).isEqualTo(partsOfWhole(body));
            }
            for (int i = 0; i < CUTS; i++) {
                assertThat(parts(body.type(), cut(body.text(), random)))
                        .as(body.text())
                        .isEqualTo(parts);
            }
        }
        assertThat(read).isGreaterThan(30);
    }

    private static List<String> fields(List<byte[]> chunks) throws FormFault {
        List<String> fields = new ArrayList<>();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        FormReader<RuntimeException> reader = new FormReader<>(FormReader.Escapes.LENIENT, new FormSink<>() {
            private String name = "";

            @Override
            public void octet(int octet, long start, long end) {
                octets.write(octet);
            }

            @Override
            public void endName() {
                name = octets.toString(StandardCharsets.UTF_8) + " = ";
                octets.reset();
            }

            @Override
            public void endField() {
                fields.add(name + octets.toString(StandardCharsets.UTF_8));
                name = "";
                octets.reset();
            }
        });
        for (byte[] chunk : chunks) {
            for (byte octet : chunk) {
                reader.take(octet & 0xFF, 0, 0);
            }
        }
        reader.end();
        return fields;
    }

    @Test
    void forms() throws IOException, FormFault {
        List<Body> bodies = bodies("application/x-www-form-urlencoded");
        Random random = new Random(1);

        assertThat(bodies).hasSizeGreaterThan(20);
        for (Body body : bodies) {
            List<String> expected = new ArrayList<>();
            for (String field : body.text().split("&", -1)) {
                int equals = field.indexOf('=');
                expected.add(
                        equals < 0
                                ? decoded(field)
                                : decoded(field.substring(0, equals)) + " = " + decoded(field.substring(equals + 1)));
            }
            assertThat(fields(cut(body.text(), random))).as(body.text()).isEqualTo(expected);
        }
    }

    /** By the JDK, with what is no escape escaped before. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replaceAll("%(?![0-9a-fA-F]{2})", "%25"), StandardCharsets.UTF_8);
    }

    @Test
    void events() throws IOException {
        List<Body> bodies = bodies("text/event-stream");
        Random random = new Random(1);

        assertThat(bodies).hasSizeGreaterThan(10);
        for (Body body : bodies) {
            List<String> expected = new ArrayList<>();
            String text = body.text().startsWith("\uFEFF") ? body.text().substring(1) : body.text();
            for (String event : text.replace("\r\n", "\n").replace('\r', '\n').split("\n\n", -1)) {
                String data = String.join(
                        "\n",
                        event.lines()
                                .filter(line -> line.startsWith("data:"))
                                .map(line -> line.substring(line.startsWith("data: ") ? 6 : 5))
                                .toList());
                if (event.lines().anyMatch(line -> line.startsWith("data:"))) {
                    expected.add(data);
                }
            }
            List<String> events = new ArrayList<>();
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            EventReader reader = new EventReader(new EventReader.Sink() {
                @Override
                public void data(byte[] bytes, int start, int end) {
                    data.write(bytes, start, end - start);
                }

                @Override
                public void event() {
                    events.add(data.toString(StandardCharsets.UTF_8));
                    data.reset();
                }
            });
            cut(body.text(), random).forEach(chunk -> reader.take(chunk, 0, chunk.length));
            reader.endWithEvent();
            assertThat(events).as(body.text()).isEqualTo(expected);
        }
    }
}
