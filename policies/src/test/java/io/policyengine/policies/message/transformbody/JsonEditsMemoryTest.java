package io.policyengine.policies.message.transformbody;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.policyengine.policies.format.json.JsonSize;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.IntNode;

/** The memory of edits: {@link JsonSize} is its bound. */
final class JsonEditsMemoryTest {
    private static final JsonEdits ADDS_A_MEMBER = new JsonEdits(
            List.of(),
            List.of(),
            List.of(new JsonEdits.Setting(ValuePointer.parse("/0"), new JsonValue.Single(IntNode.valueOf(7)))),
            List.of(),
            Integer.MAX_VALUE);

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
            long bound = boundOf(text);
            assertThat(edit(text)).as(what).isLessThan(3 * bound);
        });
        String single = "[0,\"" + "\u20ac".repeat(300_000) + "\"]";
        assertThat(edit(single)).isLessThan(3 * boundOf(single));
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

    private static long boundOf(String text) {
        return JsonSize.of(text.getBytes(StandardCharsets.UTF_8), true, () -> false)
                .heapBytes();
    }
}
