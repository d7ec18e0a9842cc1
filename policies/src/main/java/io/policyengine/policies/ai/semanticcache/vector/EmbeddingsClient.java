package io.policyengine.policies.ai.semanticcache.vector;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Target;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client of OpenAI's {@code POST /v1/embeddings}, which other servers offer as well. For each text it makes one call
 * at a time, and caches the vector for an hour within the bounds of the {@link Lookup}. A response must contain one
 * vector that has the required dimensions and is not zero.
 */
public final class EmbeddingsClient {
    private static final HeaderMap FIELDS =
            HeaderMap.of("content-type", "application/json", "accept", "application/json");

    /** Maximum length in JSON of one element of a vector, in bytes, including sign, exponent and comma. */
    private static final int A_NUMBER = 32;

    private static final int AROUND = 16 << 10;
    private static final Duration FRESH = Duration.ofHours(1);
    private static final int A_KEY = 100;

    private final Target target;
    private final @Nullable String path;
    private final String model;
    private final @Nullable Integer dimensions;
    private final Lookup<Sha256, Embedding> known;
    private final PolicyEnvironment env;

    /**
     * Creates the client of one model.
     *
     * @param path path appended to the target's URL; null to call the URL unchanged
     * @param dimensions number of dimensions that is requested and required; null for the model's own
     * @param known the cache, which holds only vectors of this model and these dimensions
     */
    public EmbeddingsClient(
            Target target,
            @Nullable String path,
            String model,
            @Nullable Integer dimensions,
            Lookup<Sha256, Embedding> known,
            PolicyEnvironment env) {
        this.target = target;
        this.path = path;
        this.model = model;
        this.dimensions = dimensions;
        this.known = known;
        this.env = env;
    }

    /**
     * Returns the vector of a text. The future fails as the target does, or with {@link
     * CalloutException.Kind#MALFORMED} if the response has no valid vector.
     */
    public Future<Embedding> of(Call call, String text) {
        return known.get(
                Sha256.of(text.getBytes(StandardCharsets.UTF_16BE)),
                call,
                (_, load) -> target.send(load, question(text))
                        .compose(answer -> vector(load, answer))
                        .map(embedding -> new Loaded<>(embedding, FRESH, Duration.ZERO, embedding.bytes() + A_KEY)));
    }

    private CalloutRequest question(String text) {
        ObjectNode question = JsonNodeFactory.instance
                .objectNode()
                .put("model", model)
                .put("input", text)
                .put("encoding_format", "float");
        if (dimensions != null) {
            question.put("dimensions", dimensions);
        }
        int most = AROUND + A_NUMBER * (dimensions == null ? Embedding.MAX_DIMENSIONS : dimensions);
        return CalloutRequest.post(path, FIELDS, Buffer.buffer(question.toString()), most)
                .repeatable();
    }

    private Future<Embedding> vector(Call call, CalloutResponse answer) {
        if (!answer.isSuccess()) {
            return Future.failedFuture(malformed("it answers with status " + answer.status()));
        }
        byte[] body = answer.body().getBytes();
        JsonSize size = JsonSize.of(body, true, () -> false);
        if (!size.isSmall()) {
            return env.offLoop(call, size.work(), stop -> vector(body, stop));
        }
        try {
            return Future.succeededFuture(vector(body, () -> false));
        } catch (CalloutException malformed) {
            return Future.failedFuture(malformed);
        }
    }

    private Embedding vector(byte[] body, StopSignal stop) {
        JsonNode data;
        try {
            data = JsonTexts.read(body, stop).path("data");
        } catch (JsonFault fault) {
            throw malformed("its answer is not JSON");
        }
        JsonNode vector = data.path(0).path("embedding");
        if (data.size() != 1 || !vector.isArray() || vector.isEmpty() || vector.size() > Embedding.MAX_DIMENSIONS) {
            throw malformed("its answer does not have exactly one vector");
        }
        if (dimensions != null && vector.size() != dimensions) {
            throw malformed("its vector has " + vector.size() + " dimensions, not " + dimensions);
        }
        double[] numbers = new double[vector.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!vector.get(i).isNumber()) {
                throw malformed("its vector has an element that is not a number");
            }
            numbers[i] = vector.get(i).decimalValue().doubleValue();
        }
        return Embedding.of(numbers).orElseThrow(() -> malformed("its vector is zero or has an infinite length"));
    }

    private CalloutException malformed(String why) {
        return new CalloutException(CalloutException.Kind.MALFORMED, target.name(), why);
    }
}
