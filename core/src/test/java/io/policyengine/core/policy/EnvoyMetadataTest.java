package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvoyMetadataTest {
    private static final EnvoyMetadata.Typed MESSAGE = new EnvoyMetadata.Typed("type/x", Buffer.buffer("abc"));

    @Test
    void whatDidNotComeIsEmpty() {
        EnvoyMetadata none = EnvoyMetadata.empty();

        assertThat(none.isEmpty()).isTrue();
        assertThat(none.has("a")).isFalse();
        assertThat(none.untyped("a")).isEmpty();
        assertThat(none.typed("a")).isEmpty();
        assertThat(none.size()).isZero();
        assertThat(EnvoyMetadata.builder().build()).isSameAs(none);
    }

    @Test
    void wholeNumbersAreLongsAndNullsAreLeftOut() {
        Map<String, Object> members = new HashMap<>();
        members.put("whole", 7.0);
        members.put("part", 7.5);
        members.put("large", 1e300);
        members.put("int", 3);
        members.put("null", null);
        members.put("list", Arrays.asList(1.0, null, "x"));
        members.put("map", Map.of("b", true));

        EnvoyMetadata metadata = EnvoyMetadata.builder().untyped("a", members).build();

        assertThat(metadata.untyped("a"))
                .isEqualTo(Map.of(
                        "whole",
                        7L,
                        "part",
                        7.5,
                        "large",
                        1e300,
                        "int",
                        3L,
                        "list",
                        List.of(1L, "x"),
                        "map",
                        Map.of("b", true)));
    }

    @Test
    void theNewestOfANamespaceWinsAndBothKindsMayHaveOneName() {
        EnvoyMetadata first = EnvoyMetadata.builder()
                .untyped("a", Map.of("x", 1, "y", 2))
                .typed("a", MESSAGE)
                .build();

        EnvoyMetadata second = first.toBuilder()
                .untyped("a", Map.of("x", 3))
                .untyped("b", Map.of())
                .build();

        assertThat(second.untyped("a")).isEqualTo(Map.of("x", 3L));
        assertThat(second.typed("a")).contains(MESSAGE);
        assertThat(second.has("b")).isTrue();
        assertThat(first.untyped("a")).hasSize(2);
        assertThat(first.has("b")).isFalse();
    }

    @Test
    void aPartHasNoOtherNamespaces() {
        EnvoyMetadata all = EnvoyMetadata.builder()
                .untyped("a", Map.of("x", 1))
                .typed("b", MESSAGE)
                .typed("c", MESSAGE)
                .build();

        assertThat(all.only(Set.of("a", "b")).namespaces()).containsExactlyInAnyOrder("a", "b");
        assertThat(all.only(Set.of("a", "b", "c", "d"))).isSameAs(all);
        assertThat(all.only(Set.of("d"))).isSameAs(EnvoyMetadata.empty());
    }

    @Test
    void nothingOfItChangesWithWhatItWasMadeOf() {
        List<Object> list = new ArrayList<>(List.of("x"));
        EnvoyMetadata metadata =
                EnvoyMetadata.builder().untyped("a", Map.of("list", list)).build();

        list.add("y");

        assertThat(metadata.untyped("a")).isEqualTo(Map.of("list", List.of("x")));
        assertThatThrownBy(() -> metadata.untyped("a").put("more", 1))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void itsSizeGrowsWithWhatItHolds() {
        EnvoyMetadata small =
                EnvoyMetadata.builder().untyped("a", Map.of("x", "y")).build();
        EnvoyMetadata large = EnvoyMetadata.builder()
                .untyped("a", Map.of("x", "y".repeat(1000)))
                .typed("b", new EnvoyMetadata.Typed("t", Buffer.buffer(new byte[500])))
                .build();

        assertThat(large.size() - small.size()).isGreaterThan(1499);
    }

    @Test
    void showsNamesAndNoValues() {
        assertThat(EnvoyMetadata.builder().untyped("a", Map.of("x", "secret")).build())
                .hasToString("[a]");
    }
}
