package io.policyengine.policies.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class NamePatternsTest {
    @Test
    void matchesAsTheExpressionThatAPatternStandsFor() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            String pattern = text(random, "ab*", 1, 6);
            String name = text(random, "ab", 1, 8);
            String expression =
                    Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));

            assertThat(of(pattern).include(name))
                    .as("%s of %s", name, pattern)
                    .isEqualTo(Pattern.matches(expression, name));
        }
    }

    @Test
    void namesHaveALengthAndFewCharacters() {
        assertThat(ModelName.isLegal("a".repeat(256))).isTrue();
        assertThat(ModelName.isLegal("a".repeat(257))).isFalse();
        assertThat(ModelName.isLegal("arn:aws:bedrock:eu-1:1:inference-profile/eu.anthropic.claude-v1:0"))
                .isTrue();
        assertThat(Stream.of("", " a", "a\u0000", "\u0430", "a%2f", "a*", "a;b", "a?b", "a\\b"))
                .noneMatch(ModelName::isLegal);
    }

    @Test
    void hostileNamesCostLinearTime() {
        NamePatterns patterns = of("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");

        assertThat(patterns.include("a".repeat(256))).isFalse();
        assertThat(patterns.include("a".repeat(255) + "b")).isTrue();
    }

    private static NamePatterns of(String pattern) {
        List<ParamProblem> problems = new ArrayList<>();
        NamePatterns patterns = NamePatterns.of(new StringOrList(List.of(pattern)), false, "/allow", problems);
        assertThat(problems).isEmpty();
        return patterns;
    }

    private static String text(SplittableRandom random, String characters, int min, int max) {
        return random.ints(random.nextInt(min, max), 0, characters.length())
                .mapToObj(characters::charAt)
                .map(String::valueOf)
                .collect(Collectors.joining());
    }
}
