package io.policyengine.policies.ai.shared.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class NamePatternsTest {
    @Test
    void asteriskStandsForAnyCharactersAndCaseCountsUnlessItIsForNamesToBeKeptOut() {
        assertThat(of(false, "gpt-4", "gpt-5*").include("gpt-5-mini")).isTrue();
        assertThat(of(false, "gpt-4", "gpt-5*").include("gpt-4")).isTrue();
        assertThat(of(false, "gpt-4", "gpt-5*").include("gpt-4o")).isFalse();
        assertThat(of(false, "gpt-4", "gpt-5*").include("GPT-4")).isFalse();
        assertThat(of(false, "gpt-4", "gpt-5*").include("GPT-5-mini")).isFalse();
        assertThat(of(true, "gpt-4", "GPT-5*").include("Gpt-4")).isTrue();
        assertThat(of(true, "gpt-4", "GPT-5*").include("gpt-5-MINI")).isTrue();
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

    private static NamePatterns of(boolean ignoresCase, String... texts) {
        List<ParamProblem> problems = new ArrayList<>();
        NamePatterns patterns = NamePatterns.of(new StringOrList(List.of(texts)), ignoresCase, "/allow", problems);
        assertThat(problems).isEmpty();
        return patterns;
    }
}
