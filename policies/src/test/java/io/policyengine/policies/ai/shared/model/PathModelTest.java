package io.policyengine.policies.ai.shared.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathModelTest {
    private static Optional<List<String>> names(String target) {
        return PathModel.in(target)
                .map(models -> models.stream().map(PathModel::name).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models/gpt, gpt",
        "/v1beta/models/gemini:generateContent?x=/models/y, gemini",
        "/v1beta//Models//gemini%2Dpro%3astreamGenerateContent, gemini-pro",
        "/v1/projects/p/publishers/anthropic/models/claude@1:rawPredict, claude@1",
        "/v1beta/tunedModels/mine:generateContent, mine",
        "/model/a.claude-v1:0/converse, a.claude-v1:0",
        "/model/arn%3Aaws%3Abedrock%3Ax%3Aprofile%2Fy/invoke, arn:aws:bedrock:x:profile/y",
        "/v1%2fmodels%2Fgpt, gpt",
        "/openai/deployments/gpt/chat/completions, gpt",
        "/openai/deployments/org/gpt/chat/completions, org/gpt",
        "/openai/deployments/chat/chat/completions, chat",
        "/models/org/llama/v1/chat/completions, org/llama",
        "/v1/models/org/llama:generateContent, org/llama",
    })
    void findsTheName(String target, String name) {
        assertThat(names(target)).contains(List.of(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1/chat/completions", "/v1/models", "/v1/models?model=x", "/v1/models:list"})
    void findsNoneWhereNoneIs(String target) {
        assertThat(names(target)).contains(List.of());
    }

    @Test
    void findsEachNameThatSomeServerMayTake() {
        assertThat(names("/deployments/a/rerank")).contains(List.of("a", "a/rerank"));
        assertThat(names("/model/a/converse/b/converse")).contains(List.of("a", "a/converse/b"));
        assertThat(names("/models/a:x/models/b:generateContent")).contains(List.of("a:x/models/b", "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/models/x;y:generateContent",
                "/model/x;a=b/invoke",
                "/model;p/x/converse",
                "/model/x%3ba/converse",
                "/model/x/../y/converse",
                "/model/./x/converse",
                "/model/x/%2e%2e/y/converse",
                "/model%5cx/converse",
                "/model\\x/converse",
                "/model/x%252fy/converse",
                "/model/x%00/converse",
                "/model/x%/converse",
                "/model/%u0078/converse",
                "/model/x%c0%af/converse",
                "/v1/chat/completions#x",
            })
    void saysSoWhereServersDiffer(String target) {
        assertThat(names(target)).isEmpty();
    }

    @Test
    void givesUpOnPathsWithMoreNamesThanAnyHas() {
        assertThat(names("/models/a".repeat(200))).isEmpty();
        assertThat(names("/models/" + "a".repeat(256))).isPresent();
        assertThat(names("/models/" + "a".repeat(257))).isEmpty();
        assertThat(names("/models".repeat(20_000))).isEmpty();
    }

    @Test
    void putsAnotherNameInItsPlace() {
        String target = "/v1/models/org%2Fa%3AgenerateContent?x=1";

        PathModel model = PathModel.in(target).orElseThrow().getFirst();

        assertThat(model.replaced(target, "b/c")).isEqualTo("/v1/models/b%2Fc%3AgenerateContent?x=1");
    }
}
