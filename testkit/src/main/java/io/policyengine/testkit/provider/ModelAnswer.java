package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.ReportedAccuracy.Written;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A response of the fake provider before it is encoded for an API.
 *
 * @param pieces the pieces of the text of each choice, one token each
 * @param choices number of choices, which all have the same text
 * @param tokens the tokens of all choices together
 * @param usage the accuracy of the reported usage
 * @param includeUsage true if the request asks for usage in a stream that has none by default
 * @param sse true if the request selects Server-Sent Events in an API whose default is another stream format
 */
record ModelAnswer(
        String model,
        List<String> pieces,
        int choices,
        ProviderTokens tokens,
        ReportedAccuracy usage,
        boolean includeUsage,
        boolean sse) {
    /** Number of input tokens of every request. */
    static final long INPUT = 20;

    private static final long CACHED = 5;
    private static final long REASONING = 3;

    /** Returns the answer to a request, truncated at the maximum number of output tokens that the request states. */
    static ModelAnswer of(JsonNode request, String modelOfPath, boolean sse, AnswerScript script) {
        long most = maxOutput(request);
        long output = Math.clamp(script.pieces() + REASONING, 1, most);
        long reasoning = Math.min(REASONING, output - 1);
        int choices = Math.clamp(
                Math.max(
                        request.path("n").asInt(1),
                        request.path("generationConfig").path("candidateCount").asInt(1)),
                1,
                8);
        return new ModelAnswer(
                modelOfPath.isEmpty() ? request.path("model").asString("none") : modelOfPath,
                IntStream.range(0, (int) (output - reasoning))
                        .mapToObj(n -> "word" + n + " ")
                        .toList(),
                choices,
                new ProviderTokens(INPUT, CACHED, output * choices, reasoning * choices),
                script.usage(),
                request.path("stream_options").path("include_usage").asBoolean(false),
                sse);
    }

    private static long maxOutput(JsonNode request) {
        long most = Long.MAX_VALUE;
        for (String pointer : List.of(
                "/max_tokens",
                "/max_completion_tokens",
                "/max_output_tokens",
                "/generationConfig/maxOutputTokens",
                "/inferenceConfig/maxTokens")) {
            long told = request.at(pointer).asLong(0);
            most = told > 0 ? Math.min(most, told) : most;
        }
        return most;
    }

    String text() {
        return String.join("", pieces);
    }

    List<Written> told() {
        return usage.of(tokens);
    }

    /** Creates one element for the index of each choice, and joins the elements with commas. */
    String forChoices(java.util.function.IntFunction<String> element) {
        return IntStream.range(0, choices).mapToObj(element).collect(Collectors.joining(","));
    }
}
