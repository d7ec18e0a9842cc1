package io.policyengine.policies.content.filesizelimit;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;

/**
 * The maximum sizes of bodies by media type (RFC 9110 §8.3.1), in bytes.
 *
 * @param types maximum sizes by media type in lower case, or by {@code type/*}
 * @param other maximum size for other types
 * @param min the lowest maximum, for messages of unknown type
 */
record SizeLimits(Map<String, Long> types, long other, long min) {
    /**
     * Creates limits from the parameters.
     *
     * @throws InvalidParamsException with all problems
     */
    static SizeLimits of(FileSizeLimitParams params) {
        List<ParamProblem> problems = new ArrayList<>();
        Map<String, Long> types = new HashMap<>();
        params.contentTypes().forEach((type, bytes) -> {
            String problem = !isMediaRange(type)
                    ? "a media type without parameters, such as image/png or image/*, is expected"
                    : types.put(HeaderMap.lowerCase(type), bytes) == null
                            ? ""
                            : "the type is listed twice, in different cases";
            if (!problem.isEmpty()) {
                String pointer = JsonPointer.compile("/content_types")
                        .appendProperty(type)
                        .toString();
                problems.add(new ParamProblem(pointer, problem));
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        long min = types.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        return new SizeLimits(Map.copyOf(types), params.maxBytes(), Math.min(params.maxBytes(), min));
    }

    /**
     * Returns the maximum size of a message's body. If the header fields permit several media types, returns the lowest
     * of their maximum sizes.
     */
    long of(HeaderMap headers) {
        if (types.isEmpty()) {
            return other;
        }
        MediaTypes stated = MediaTypes.of(headers);
        return stated.unclear()
                ? min
                : stated.stated().stream().mapToLong(this::ofType).min().orElse(min);
    }

    private long ofType(String type) {
        Long exact = types.get(type);
        int slash = type.indexOf('/');
        Long range = exact != null || slash < 0 ? exact : types.get(type.substring(0, slash) + "/*");
        return range != null ? range : other;
    }

    /**
     * Returns whether the text is a media type or a range of types. An asterisk is permitted only as the whole subtype.
     */
    private static boolean isMediaRange(String type) {
        int slash = type.indexOf('/');
        String subtype = type.substring(slash + 1);
        return slash > 0
                && FieldRules.isToken(type.substring(0, slash))
                && FieldRules.isToken(subtype)
                && type.indexOf('*') == (subtype.equals("*") ? slash + 1 : -1);
    }
}
