package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String KEPT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @Test
    void isReadAsItIsWritten() {
        TraceParent parent = new TraceParent(TRACE, 0x00f067aa0ba902b7L, "vendor=x,other=y z");

        assertThat(parent.traceparent()).isEqualTo(KEPT);
        assertThat(TraceParent.parse(KEPT, "vendor=x,other=y z")).isEqualTo(parent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-",
                "00-" + TRACE + "-00f067aa0ba902b7-00",
                "01-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-" + TRACE + "-00f067aa0ba902bg-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
                "00-" + TRACE + "_00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more"
            })
    void isNoneWhereSomethingElseIsSaid(String other) {
        assertThat(TraceParent.parse(other, "a=1")).isNull();
    }

    @Test
    void passesOnAStateOnlyIfItMayStandInAField() {
        String longest = "a=" + "b".repeat(TraceParent.MAX_STATE - 2);

        assertThat(TraceParent.legalState(longest)).isEqualTo(longest);
        assertThat(TraceParent.legalState(longest + "b")).isEmpty();
        assertThat(TraceParent.legalState("a=1\r\nx-user: root")).isEmpty();
        assertThat(TraceParent.legalState("a=\u00e9")).isEmpty();
        assertThat(TraceParent.legalState("")).isEmpty();
    }

    @Test
    void givesEachEntryASpanOfItsOwn() {
        TraceParent call = new TraceParent(TRACE, 7, "a=1");
        Set<Long> spans = new HashSet<>();
        spans.add(0L);
        spans.add(7L);

        for (int place = 0; place < 1000; place++) {
            TraceParent entry = call.ofEntry(place);
            assertThat(entry.traceId()).isEqualTo(TRACE);
            assertThat(entry.state()).isEqualTo("a=1");
            assertThat(spans.add(entry.span())).as("span of entry %s", place).isTrue();
        }
    }
}
