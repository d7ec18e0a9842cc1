package io.policyengine.policies.message.transformbody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.format.json.JsonSize;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.IntNode;

final class JsonSizeTest {
    private static final JsonEdits ADDS_A_MEMBER = new JsonEdits(
            List.of(),
            List.of(),
            List.of(new JsonEdits.Setting(ValuePointer.parse("/0"), new JsonValue.Single(IntNode.valueOf(7)))),
            List.of(),
            Integer.MAX_VALUE);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1 | 0",
                "[] | 2 | 1",
                "[1,2,3] | 4 | 1",
                "{\"a\":[1,{\"b\":2}]} | 5 | 3",
                "[\"[,[,{\\\",{\",\"\\\\\",[]] | 5 | 2",
                "[[[ | 4 | 3",
            })
    void boundsValuesAndDepth(String text, long values, int depth) {
        JsonSize size = sizeOf(text, StandardCharsets.UTF_8);

        assertThat(size.values()).isEqualTo(values);
        assertThat(size.depth()).isEqualTo(depth);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void aCharacterThatHasTheByteOfAQuotationMarkHidesNothing(String charset) {
        String values = "1,".repeat(500) + "1";

        assertThat(sizeOf("[\"\u2200\",\"\u0122\"," + values + "]", Charset.forName(charset))
                        .values())
                .isGreaterThanOrEqualTo(504);
    }

    @Test
    void asksWhetherToGoOn() {
        assertThatExceptionOfType(StoppedException.class).isThrownBy(() -> JsonSize.of(new byte[10], true, () -> true));
    }

    /** What a thread allocates is more than it holds at once: what is thrown away on the way counts too. */
    @Test
    void theMemoryIsABoundForWhateverATextIsMadeOf() throws UnfitBodyException {
        String names =
                IntStream.range(0, 20_000).mapToObj(n -> "\"" + n + "\":0").collect(Collectors.joining(","));
        Map<String, String> texts = Map.of(
                "objects", list("{}"),
                "arrays", list("[]"),
                "arrays of one", list("[0]"),
                "objects of one", list("{\"a\":0}"),
                "digits", list("1"),
                "decimals", list("1.5"),
                "texts", list("\"a\""),
                "wide texts", list("\"\u20ac\""),
                "names", "[0,{" + names + "}]");
        edit("[0]");

        texts.forEach((what, text) -> {
            long bound = sizeOf(text, StandardCharsets.UTF_8).heapBytes();
            assertThat(edit(text)).as(what).isLessThan(3 * bound);
        });
        String single = "[0,\"" + "\u20ac".repeat(300_000) + "\"]";
        assertThat(edit(single))
                .isLessThan(3 * sizeOf(single, StandardCharsets.UTF_8).heapBytes());
    }

    private static long edit(String text) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            assertThat(ADDS_A_MEMBER.apply(body, (_, _) -> "", () -> false)).isNotSameAs(body);
        } catch (UnfitBodyException wrong) {
            throw new IllegalStateException(wrong);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static String list(String value) {
        return "[" + (value + ",").repeat(20_000) + value + "]";
    }

    private static JsonSize sizeOf(String text, Charset charset) {
        return JsonSize.of(text.getBytes(charset), true, () -> false);
    }
}
