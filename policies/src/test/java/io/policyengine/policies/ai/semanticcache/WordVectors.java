package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.provider.Embeddings;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import tools.jackson.databind.json.JsonMapper;

/** A server of embeddings whose vectors are made of words: texts with the same words, in whatever order, have the same one. */
final class WordVectors {
    private static final int DIMENSIONS = 128;
    private static final JsonMapper JSON = new JsonMapper();

    private WordVectors() {}

    /** The answer to a question as the policy asks it. */
    static CalloutResponse answer(CalloutRequest request) {
        String input = JSON.readTree(request.body().getBytes()).path("input").asString();
        String vector = Arrays.toString(Embeddings.vector(input, DIMENSIONS));
        return new CalloutResponse(
                200, HeaderMap.empty(), Buffer.buffer("{\"data\": [{\"embedding\": " + vector + "}]}"));
    }
}
