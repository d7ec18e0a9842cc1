package io.policyengine.core.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PathRulesTest {
    /** A line of the table. */
    record Spelling(String written, String target, String strict, String lenient) {
        @Override
        public String toString() {
            return written;
        }
    }

    static Stream<Spelling> spellings() throws IOException {
        try (InputStream table = PathRulesTest.class.getResourceAsStream("spellings.txt")) {
            List<String> lines = new String(Objects.requireNonNull(table).readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            return lines.stream().map(PathRulesTest::spelling);
        }
    }

    private static Spelling spelling(String line) {
        String[] columns = line.split(" +");
        assertThat(columns).as(line).hasSize(3);
        return new Spelling(columns[0], octets(columns[0]), columns[1], columns[2]);
    }

    private static String octets(String written) {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < written.length(); i++) {
            if (written.startsWith("\\x", i) && written.substring(i).matches("\\\\x[0-9a-f]{2}.*")) {
                octets.append((char) Integer.parseInt(written.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                octets.append(written.charAt(i));
            }
        }
        return octets.toString();
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void eachSpellingIsCalledByItsFault(Spelling spelling) {
        assertThat(name(PathRules.STRICT.faultIn("GET", spelling.target(), Set.of())))
                .isEqualTo(spelling.strict());
        assertThat(name(PathRules.LENIENT.faultIn("GET", spelling.target(), Set.of())))
                .isEqualTo(spelling.lenient());
        assertThat(PathRules.OFF.faultIn("GET", spelling.target(), Set.of())).isNull();
    }

    private static String name(@Nullable PathFault fault) {
        return fault == null ? "-" : fault.text();
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void whoAllowsAllThatCanBeAllowedIsLenient(Spelling spelling) {
        Set<PathFault> all = EnumSet.allOf(PathFault.class);

        assertThat(PathRules.STRICT.faultIn("GET", spelling.target(), all))
                .isEqualTo(PathRules.LENIENT.faultIn("GET", spelling.target(), Set.of()));
    }

    @Test
    void everyFaultIsInTheTable() throws IOException {
        Set<String> found =
                Set.copyOf(spellings().map(Spelling::strict).distinct().toList());

        assertThat(Stream.of(PathFault.values()).map(PathFault::text)).isSubsetOf(found);
    }

    @Test
    void aRouteAllowsOneFaultAndNoOther() {
        Set<PathFault> slash = Set.of(PathFault.ENCODED_SLASH);

        assertThat(PathRules.STRICT.faultIn("GET", "/projects/a%2Fb", slash)).isNull();
        assertThat(PathRules.STRICT.faultIn("GET", "/projects/a%2Fb//", slash)).isEqualTo(PathFault.EMPTY_SEGMENT);
        assertThat(PathRules.STRICT.faultIn("GET", "/projects/a%252Fb", slash)).isEqualTo(PathFault.DOUBLE_ENCODING);
        assertThat(PathRules.STRICT.faultIn("GET", "/projects/a%2F..%2Fb", slash))
                .isEqualTo(PathFault.DOT_SEGMENT);
    }

    @Test
    void dotSegmentsAreRefusedWhateverARouteAllows() {
        assertThat(PathRules.STRICT.faultIn("GET", "/x/%2e%2e;/y", EnumSet.allOf(PathFault.class)))
                .isEqualTo(PathFault.DOT_SEGMENT);
    }

    @Test
    void anAsteriskIsForOptionsAndAnAuthorityForConnect() {
        assertThat(PathRules.STRICT.faultIn("OPTIONS", "*", Set.of())).isNull();
        assertThat(PathRules.STRICT.faultIn("CONNECT", "example.com:443", Set.of()))
                .isNull();
        assertThat(PathRules.STRICT.faultIn("CONNECT", "[::1]:443", Set.of())).isNull();
        assertThat(PathRules.STRICT.faultIn("OPTIONS", "**", Set.of())).isEqualTo(PathFault.NOT_ORIGIN_FORM);
        assertThat(PathRules.STRICT.faultIn("POST", "*", Set.of())).isEqualTo(PathFault.NOT_ORIGIN_FORM);
        assertThat(PathRules.STRICT.faultIn("CONNECT", "example.com", Set.of())).isEqualTo(PathFault.NOT_ORIGIN_FORM);
        assertThat(PathRules.STRICT.faultIn("CONNECT", "a:1/../b", Set.of())).isEqualTo(PathFault.NOT_ORIGIN_FORM);
        assertThat(PathRules.STRICT.faultIn("CONNECT", "/ws/../admin", Set.of()))
                .isEqualTo(PathFault.DOT_SEGMENT);
    }

    @Test
    void aTargetWithoutAnythingHasNoForm() {
        assertThat(PathRules.STRICT.faultIn("GET", "", Set.of())).isEqualTo(PathFault.NOT_ORIGIN_FORM);
    }

    @Test
    void aPathThatIsLongAndDeeplyEncodedIsDecodedAFewTimesOnly() {
        String deep = "/%" + "25".repeat(20_000) + "2e";

        assertThat(PathRules.STRICT.faultIn("GET", deep, Set.of())).isEqualTo(PathFault.DEEP_ENCODING);
        assertThat(PathRules.LENIENT.faultIn("GET", deep, Set.of())).isEqualTo(PathFault.DEEP_ENCODING);
    }
}
