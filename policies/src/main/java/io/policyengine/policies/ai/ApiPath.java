package io.policyengine.policies.ai;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request for a model that its target says. It is read as generous as servers are: with anything before it, empty segments,
 * parameters of segments, percent-encoding, in any case.
 *
 * @param shape the interface
 * @param model the model, or the deployment of one, where the path names it; else null
 * @param streams true if it asks for a stream by itself
 */
public record ApiPath(ApiShape shape, @Nullable String model, boolean streams) {
    /** The part that this target says; empty where it is no target of a model. */
    public static Optional<ApiPath> of(String target) {
        List<String> segments = segments(target);
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
            return of(ApiShape.OPENAI_CHAT, deployment(segments), false);
        }
        if (last.equalsIgnoreCase("responses")) {
            return of(ApiShape.OPENAI_RESPONSES, null, false);
        }
        // Messages of OpenAI's threads end so as well: they are no calls of a model.
        if (last.equalsIgnoreCase("messages")
                && !(size > 2 && segments.get(size - 3).equalsIgnoreCase("threads"))) {
            return of(ApiShape.ANTHROPIC, null, false);
        }
        return size > 2 && segments.get(size - 3).equalsIgnoreCase("model")
                ? ofOperation(before, last)
                : Optional.empty();
    }

    /** Google's methods: {@code models/MODEL:method}, where Anthropic's models are found as well. */
    private static Optional<ApiPath> ofMethod(String last, String publisher) {
        int colon = last.lastIndexOf(':');
        String model = last.substring(0, colon);
        return switch (HeaderMap.lowerCase(last.substring(colon + 1))) {
            case "generatecontent" -> of(ApiShape.GEMINI, model, false);
            case "streamgeneratecontent" -> of(ApiShape.GEMINI, model, true);
            case "rawpredict" -> ofPublisher(publisher, model, false);
            case "streamrawpredict" -> ofPublisher(publisher, model, true);
            default -> Optional.empty();
        };
    }

    private static Optional<ApiPath> ofPublisher(String publisher, String model, boolean streams) {
        return publisher.equalsIgnoreCase("anthropic") ? of(ApiShape.ANTHROPIC, model, streams) : Optional.empty();
    }

    private static Optional<ApiPath> ofOperation(String model, String operation) {
        return switch (HeaderMap.lowerCase(operation)) {
            case "converse" -> of(ApiShape.BEDROCK, model, false);
            case "converse-stream" -> of(ApiShape.BEDROCK, model, true);
            default -> Optional.empty();
        };
    }

    private static Optional<ApiPath> of(ApiShape shape, @Nullable String model, boolean streams) {
        return Optional.of(new ApiPath(shape, model, streams));
    }

    /** Azure's {@code deployments/NAME/chat/completions}. */
    private static @Nullable String deployment(List<String> segments) {
        int at = segments.size() - 4;
        return at >= 0 && segments.get(at).equalsIgnoreCase("deployments") ? segments.get(at + 1) : null;
    }

    private static List<String> segments(String target) {
        int end = target.length();
        for (char mark : new char[] {'?', '#'}) {
            int at = target.indexOf(mark);
            end = at < 0 ? end : Math.min(end, at);
        }
        List<String> segments = new ArrayList<>(8);
        int start = 0;
        for (int i = 0; i <= end; i++) {
            if (i == end || target.charAt(i) == '/') {
                String segment = withoutParameters(target.substring(start, i));
                if (!segment.isEmpty()) {
                    segments.add(decoded(segment));
                }
                start = i + 1;
            }
        }
        return segments;
    }

    private static String withoutParameters(String segment) {
        int semicolon = segment.indexOf(';');
        return semicolon < 0 ? segment : segment.substring(0, semicolon);
    }

    /** Decoded once; what is no encoding stays. The target is octets, so that the text is too. */
    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return Octets.toText(segment);
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream(segment.length());
        int i = 0;
        while (i < segment.length()) {
            int high = i + 2 < segment.length() && segment.charAt(i) == '%'
                    ? Character.digit(segment.charAt(i + 1), 16)
                    : -1;
            int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
            if (low >= 0) {
                octets.write((high << 4) | low);
                i += 3;
            } else {
                octets.write(segment.charAt(i));
                i++;
            }
        }
        return octets.toString(StandardCharsets.UTF_8);
    }
}
