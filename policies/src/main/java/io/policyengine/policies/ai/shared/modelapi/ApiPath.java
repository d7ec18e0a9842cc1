package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import java.util.Optional;

/**
 * The facts that the target of a model request states besides the model: the interface, and whether it streams.
 *
 * @param shape the interface
 * @param streams true if the target itself requests a streamed response
 */
public record ApiPath(ApiShape shape, boolean streams) {
    /** Returns the facts that a target states; empty if the target calls no model. */
    public static Optional<ApiPath> of(String target) {
        List<String> segments =
                PathSegment.of(target).stream().map(PathSegment::text).toList();
        int size = segments.size();
        if (size == 0) {
            return Optional.empty();
        }
        String last = segments.get(size - 1);
        if (last.indexOf(':') >= 0) {
            return ofMethod(last, size > 2 ? segments.get(size - 3) : "");
        }
        String before = size > 1 ? segments.get(size - 2) : "";
        if (last.equalsIgnoreCase("completions") && before.equalsIgnoreCase("chat")) {
            return of(ApiShape.OPENAI_CHAT, false);
        }
        if (last.equalsIgnoreCase("responses")) {
            return of(ApiShape.OPENAI_RESPONSES, false);
        }
        // Messages of OpenAI's threads have the same ending, but call no model.
        if (last.equalsIgnoreCase("messages")
                && !(size > 2 && segments.get(size - 3).equalsIgnoreCase("threads"))) {
            return of(ApiShape.ANTHROPIC, false);
        }
        // Names of Bedrock's models may have slashes.
        boolean hasModel = size > 2 && segments.subList(0, size - 2).stream().anyMatch("model"::equalsIgnoreCase);
        return hasModel ? ofOperation(last) : Optional.empty();
    }

    /**
     * Returns the facts that Google's {@code models/MODEL:method} states. This form can also call Anthropic's models.
     */
    private static Optional<ApiPath> ofMethod(String last, String publisher) {
        return switch (HeaderMap.lowerCase(last.substring(last.lastIndexOf(':') + 1))) {
            case "generatecontent" -> of(ApiShape.GEMINI, false);
            case "streamgeneratecontent" -> of(ApiShape.GEMINI, true);
            case "rawpredict" -> ofPublisher(publisher, false);
            case "streamrawpredict" -> ofPublisher(publisher, true);
            default -> Optional.empty();
        };
    }

    private static Optional<ApiPath> ofPublisher(String publisher, boolean streams) {
        return publisher.equalsIgnoreCase("anthropic") ? of(ApiShape.ANTHROPIC, streams) : Optional.empty();
    }

    private static Optional<ApiPath> ofOperation(String operation) {
        return switch (HeaderMap.lowerCase(operation)) {
            case "converse" -> of(ApiShape.BEDROCK, false);
            case "converse-stream" -> of(ApiShape.BEDROCK, true);
            default -> Optional.empty();
        };
    }

    private static Optional<ApiPath> of(ApiShape shape, boolean streams) {
        return Optional.of(new ApiPath(shape, streams));
    }
}
