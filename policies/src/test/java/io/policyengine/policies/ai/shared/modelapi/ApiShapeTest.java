package io.policyengine.policies.ai.shared.modelapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiShapeTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, OPENAI_CHAT, false",
        "/proxy/openai//v1/chat/completions/?x=/v1/messages, OPENAI_CHAT, false",
        "/v1/Chat/Completions;v=2, OPENAI_CHAT, false",
        "/v1/ch%61t/completions, OPENAI_CHAT, false",
        "/openai/deployments/gpt%2D4o/chat/completions?api-version=1, OPENAI_CHAT, false",
        "/v1%2fchat%2Fcompletions, OPENAI_CHAT, false",
        "/openai/deployments/org/gpt/chat/completions, OPENAI_CHAT, false",
        "/v1/responses, OPENAI_RESPONSES, false",
        "/anthropic/v1/messages, ANTHROPIC, false",
        "/v1/projects/p/publishers/anthropic/models/claude:rawPredict, ANTHROPIC, false",
        "/v1/projects/p/publishers/anthropic/models/claude:streamRawPredict, ANTHROPIC, true",
        "/v1beta/models/gemini-2.5-pro:generateContent?key=k, GEMINI, false",
        "/v1beta/models/gemini-2.5-pro%3AstreamGenerateContent?alt=sse, GEMINI, true",
        "/model/anthropic.claude-v1:0/converse, BEDROCK, false",
        "/model/arn%3Aaws%3Abedrock%3A%3Aprofile%2Fx/converse-stream, BEDROCK, true",
        "https://api.example.com/v1/messages#x, ANTHROPIC, false",
    })
    void tellsByThePath(String target, ApiShape shape, boolean streams) {
        assertThat(ApiPath.of(target)).contains(new ApiPath(shape, streams));
        assertThat(ApiShape.ofPath(target)).contains(shape);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v1/models",
                "/v1/completions",
                "/completions",
                "/v1/embeddings",
                "/v1/responses/resp_1",
                "/v1/messages/count_tokens",
                "/v1/messages/batches",
                "/v1/threads/t/messages",
                "/v1beta/models/gemini:countTokens",
                "/v1/projects/p/publishers/other/models/m:rawPredict",
                "/model/m/invoke",
                "/x?/v1/chat/completions",
                "/v1/chat/completions%"
            })
    void leavesOthersAlone(String target) {
        assertThat(ApiShape.ofPath(target)).isEmpty();
    }

    @Test
    void tellsByTheMembersOfTheBody() {
        HeaderMap none = HeaderMap.empty();
        HeaderMap anthropic = HeaderMap.of("anthropic-version", "2023-06-01");

        assertThat(ApiShape.ofBody(Set.of("model", "messages"), none)).contains(ApiShape.OPENAI_CHAT);
        assertThat(ApiShape.ofBody(Set.of("model", "input"), none)).contains(ApiShape.OPENAI_RESPONSES);
        assertThat(ApiShape.ofBody(Set.of("messages", "anthropic_version"), none))
                .contains(ApiShape.ANTHROPIC);
        assertThat(ApiShape.ofBody(Set.of("messages"), anthropic)).contains(ApiShape.ANTHROPIC);
        assertThat(ApiShape.ofBody(Set.of("contents", "generationConfig"), none))
                .contains(ApiShape.GEMINI);
        assertThat(List.of("inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields"))
                .allSatisfy(member -> assertThat(ApiShape.ofBody(Set.of("messages", member), none))
                        .contains(ApiShape.BEDROCK));
        assertThat(ApiShape.ofBody(Set.of("prompt"), anthropic)).isEmpty();
    }

    @Test
    void whatAllServersMayReadOfABodyIsTold() {
        HeaderMap none = HeaderMap.empty();
        assertThat(ApiShape.allOfBody(Set.of("model", "messages"), none)).containsExactly(ApiShape.OPENAI_CHAT);
        assertThat(ApiShape.allOfBody(Set.of("contents"), none)).containsExactly(ApiShape.GEMINI);
        assertThat(ApiShape.allOfBody(Set.of("contents", "messages", "inferenceConfig", "input"), none))
                .containsExactlyInAnyOrder(
                        ApiShape.GEMINI, ApiShape.OPENAI_CHAT, ApiShape.BEDROCK, ApiShape.OPENAI_RESPONSES);
        assertThat(ApiShape.allOfBody(Set.of("messages"), HeaderMap.of("anthropic-version", "2023-06-01")))
                .containsExactlyInAnyOrder(ApiShape.OPENAI_CHAT, ApiShape.ANTHROPIC);
        assertThat(ApiShape.allOfBody(Set.of("prompt"), none)).isEmpty();
    }

    @Test
    void tellsByTheNumberThatEnvoyGivesIt() {
        assertThat(List.of(1L, 2L, 3L, 4L).stream().map(ApiShape::ofEnvoy).map(Optional::orElseThrow))
                .containsExactly(ApiShape.OPENAI_CHAT, ApiShape.OPENAI_RESPONSES, ApiShape.ANTHROPIC, ApiShape.GEMINI);
        assertThat(List.of(0L, 5L, -1L, (1L << 32) + 1))
                .allSatisfy(other -> assertThat(ApiShape.ofEnvoy(other)).isEmpty());
    }
}
