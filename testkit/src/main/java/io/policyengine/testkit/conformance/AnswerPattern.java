package io.policyengine.testkit.conformance;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse.ResponseCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a conformance case expects. Each direction is compared separately; an immediate response must be
 * last.
 */
final class AnswerPattern {
    private final List<Part> parts;

    private record Part(String kind, int min, int max) {
        static Part of(String text) {
            int space = text.indexOf(" x");
            if (space > 0) {
                int count = Integer.parseInt(text.substring(space + 2));
                return new Part(text.substring(0, space), count, count);
            }
            String kind = text.substring(0, text.length() - 1);
            return switch (text.charAt(text.length() - 1)) {
                case '*' -> new Part(kind, 0, Integer.MAX_VALUE);
                case '+' -> new Part(kind, 1, Integer.MAX_VALUE);
                case '?' -> new Part(kind, 0, 1);
                default -> new Part(text, 1, 1);
            };
        }

        boolean isOf(String direction) {
            return kind.startsWith(direction);
        }
    }

    private AnswerPattern(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Parses a pattern in the notation of data files; throws IllegalArgumentException for an unknown kind of answer.
     */
    static AnswerPattern of(List<String> texts) {
        List<Part> parts = texts.stream().map(Part::of).toList();
        parts.forEach(part -> ResponseCase.valueOf(part.kind().toUpperCase(Locale.ROOT)));
        return new AnswerPattern(parts);
    }

    boolean allowsImmediateResponse() {
        return parts.stream().anyMatch(part -> part.isOf("immediate"));
    }

    @Nullable
    String mismatch(List<ResponseCase> answers) {
        List<String> kinds = answers.stream().map(AnswerPattern::name).toList();
        for (String direction : List.of("request", "response", "immediate")) {
            List<String> got =
                    kinds.stream().filter(kind -> kind.startsWith(direction)).toList();
            List<Part> wanted =
                    parts.stream().filter(part -> part.isOf(direction)).toList();
            if (!matches(wanted, got)) {
                return "answers " + runs(kinds) + ", expected " + this;
            }
        }
        int immediate = kinds.indexOf("immediate_response");
        return immediate < 0 || immediate == kinds.size() - 1 ? null : "an answer follows the immediate response";
    }

    private static boolean matches(List<Part> wanted, List<String> got) {
        int at = 0;
        for (Part part : wanted) {
            int count = 0;
            while (at < got.size() && count < part.max() && got.get(at).equals(part.kind())) {
                at++;
                count++;
            }
            if (count < part.min()) {
                return false;
            }
        }
        return at == got.size();
    }

    static String name(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Formats kinds of answers, such as {@code [request_headers, request_body x19]}. */
    static String runs(List<String> kinds) {
        List<String> runs = new ArrayList<>();
        int from = 0;
        while (from < kinds.size()) {
            int to = from;
            while (to < kinds.size() && kinds.get(to).equals(kinds.get(from))) {
                to++;
            }
            runs.add(to - from == 1 ? kinds.get(from) : kinds.get(from) + " x" + (to - from));
            from = to;
        }
        return runs.toString();
    }

    @Override
    public String toString() {
        return parts.stream()
                .map(part -> part.kind()
                        + (part.min() == part.max()
                                ? part.min() == 1 ? "" : " x" + part.min()
                                : part.min() == 1 ? "+" : part.max() == 1 ? "?" : "*"))
                .toList()
                .toString();
    }
}
