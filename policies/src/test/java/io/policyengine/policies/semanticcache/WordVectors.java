package io.policyengine.policies.semanticcache;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** A server of embeddings whose vectors count words: texts with the same words, in whatever order, have the same vector. */
final class WordVectors {
    private static final int DIMENSIONS = 128;
    private static final JsonMapper JSON = new JsonMapper();

    private WordVectors() {}

    /** The answer to a question as the policy asks it. */
    static CalloutResponse answer(CalloutRequest request) {
        String input = JSON.readTree(request.body().getBytes()).path("input").asString();
        String vector = Arrays.stream(of(input)).mapToObj(Double::toString).collect(Collectors.joining(","));
        return new CalloutResponse(
                200, HeaderMap.empty(), Buffer.buffer("{\"data\": [{\"embedding\": [" + vector + "]}]}"));
    }

    private static double[] of(String text) {
        double[] vector = new double[DIMENSIONS];
        StringBuilder word = new StringBuilder();
        for (char c : (text.toLowerCase(Locale.ROOT) + " ").toCharArray()) {
            if (Character.isLetterOrDigit(c)) {
                word.append(c);
            } else if (!word.isEmpty()) {
                vector[Math.floorMod(word.toString().hashCode() * 31, DIMENSIONS)]++;
                word.setLength(0);
            }
        }
        return vector;
    }
}
