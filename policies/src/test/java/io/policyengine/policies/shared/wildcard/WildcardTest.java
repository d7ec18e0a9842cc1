package io.policyengine.policies.shared.wildcard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class WildcardTest {
    @Test
    void matchesAsTheExpressionThatItStandsFor() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            String text = text(random, "aB*", 0, 6);
            String name = text(random, "abB", 0, 8);
            String expression =
                    Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));

            assertThat(Wildcard.of(text).matches(name))
                    .as("%s of %s", name, text)
                    .isEqualTo(Pattern.matches(expression, name));
            assertThat(Wildcard.inAnyCase(text).matches(name))
                    .as("%s of %s in any case", name, text)
                    .isEqualTo(Pattern.compile(expression, Pattern.CASE_INSENSITIVE)
                            .matcher(name)
                            .matches());
        }
    }

    @Test
    void hostileNamesCostLinearTime() {
        Wildcard wildcard = Wildcard.of("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");

        assertThat(wildcard.matches("a".repeat(1 << 20))).isFalse();
        assertThat(wildcard.matches("a".repeat(1 << 20) + "b")).isTrue();
    }

    @Test
    void saysHowMuchItSays() {
        assertThat(Wildcard.of("a*b*").length()).isEqualTo(2);
        assertThat(Stream.of("*", "**")).allMatch(text -> Wildcard.of(text).isAny());
        assertThat(Stream.of("", "a", "a*")).noneMatch(text -> Wildcard.of(text).isAny());
        assertThat(Stream.of("", "a")).allMatch(text -> Wildcard.of(text).isExact());
        assertThat(Stream.of("*", "a*")).noneMatch(text -> Wildcard.of(text).isExact());
    }

    private static String text(SplittableRandom random, String characters, int min, int max) {
        return random.ints(random.nextInt(min, max), 0, characters.length())
                .mapToObj(characters::charAt)
                .map(String::valueOf)
                .collect(Collectors.joining());
    }
}
