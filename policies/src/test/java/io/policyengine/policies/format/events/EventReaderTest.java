package io.policyengine.policies.format.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.format.events.EventScanner.Field;
import io.policyengine.policies.format.events.EventScanner.Token;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events are those of WHATWG HTML §9.2, wherever the stream is cut, read by octets and by characters. */
class EventReaderTest {
    private static final List<String> PIECES = List.of(
            "data",
            "data:",
            "data: ",
            "data:  ",
            "data :",
            "Data:",
            "datax:",
            "xdata:",
            "\0data:",
            ":",
            " ",
            "\r",
            "\n",
            "\r\n",
            "\n\n",
            "\r\r",
            "\r\n\r\n",
            "id: 1\0",
            "id",
            "event: a",
            "retry: 1",
            "\uFEFF",
            "x",
            "ü",
            "ï",
            "\u00BB",
            "\u2028",
            "\u0085",
            "[DONE]");

    /** Written from the standard, line by line, for streams that come whole. */
    private static List<String> standard(String stream) {
        List<String> events = new ArrayList<>();
        String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
        String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
        StringBuilder data = new StringBuilder();
        for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(data.substring(0, data.length() - 1));
                }
                data.setLength(0);
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            if (name.equals("data")) {
                data.append(value.startsWith(" ") ? value.substring(1) : value).append('\n');
            }
        }
        return events;
    }

    private static List<String> byOctets(List<byte[]> chunks, boolean last) {
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
        for (byte[] chunk : chunks) {
            reader.take(chunk, 0, chunk.length);
        }
        if (last) {
            reader.endWithEvent();
        }
        return events;
    }

    private static List<String> byCharacters(String stream) {
        List<String> events = new ArrayList<>();
        EventScanner scanner = EventScanner.ofCharacters();
        StringBuilder line = new StringBuilder();
        StringBuilder data = new StringBuilder();
        stream.codePoints().forEach(character -> {
            Token token = scanner.take(character);
            if (token == Token.LINE_END && scanner.field() == Field.DATA) {
                data.append(line.substring(scanner.valueAt())).append('\n');
            } else if (token == Token.EVENT_END && !data.isEmpty()) {
                events.add(data.substring(0, data.length() - 1));
                data.setLength(0);
            }
            if (token == Token.LINE_END) {
                line.setLength(0);
            } else if (token != Token.EVENT_END && token != Token.SKIPPED) {
                line.appendCodePoint(character);
            }
        });
        return events;
    }

    private static List<byte[]> cut(byte[] body, Random random) {
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 0; at < body.length; ) {
            int to = Math.min(body.length, at + random.nextInt(5));
            chunks.add(Arrays.copyOfRange(body, at, to));
            at = to;
        }
        return chunks;
    }

    @Test
    void hostileStreamsAreReadAsTheStandardSays() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int pieces = random.nextInt(20); pieces > 0; pieces--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            String stream = text.toString();
            List<String> events = standard(stream);

            assertThat(byOctets(cut(stream.getBytes(StandardCharsets.UTF_8), random), false))
                    .as(stream)
                    .isEqualTo(events);
            assertThat(byCharacters(stream)).as(stream).isEqualTo(events);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "data: a~~, a",
                "data:a~data: b~data~~, a|b|",
                "data:  a~~, ' a'",
                "data~~, ''",
                "id: 1~~, none",
                "data: a, none",
                ": data: a~~, none",
                "data : a~~, none"
            })
    void eventsHaveTheDataOfTheirLines(String stream, String events) {
        String expected = events.replace("'", "").replace('|', '\n');

        assertThat(byOctets(List.of(stream.replace('~', '\n').getBytes(StandardCharsets.UTF_8)), false))
                .isEqualTo(events.equals("none") ? List.of() : List.of(expected));
    }

    /** A client that takes an event for one which its stream breaks off in must not see more of it than is read. */
    @Test
    void anEventThatBreaksOffCountsWhereItIsSaidSo() {
        byte[] stream = "data: a\n\ndata: b\ndata: c".getBytes(StandardCharsets.UTF_8);

        assertThat(byOctets(List.of(stream), false)).containsExactly("a");
        assertThat(byOctets(List.of(stream), true)).containsExactly("a", "b\nc");
    }

    @Test
    void aMarkStandsInFrontOfTheStreamOnly() {
        EventScanner later = EventScanner.ofLaterOctets();

        for (byte octet : "\uFEFFdata: a\n".getBytes(StandardCharsets.UTF_8)) {
            later.take(octet & 0xFF);
        }

        assertThat(later.field()).isEqualTo(Field.OTHER);
    }
}
