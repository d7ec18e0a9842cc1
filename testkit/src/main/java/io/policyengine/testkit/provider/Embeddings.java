package io.policyengine.testkit.provider;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's API for <a href="https://platform.openai.com/docs/api-reference/embeddings">embeddings</a>. Vectors are
 * computed from words: equal texts have equal vectors, and texts that share words have similar vectors.
 */
public final class Embeddings {
    /** Number of dimensions of a vector, unless the request sets another number. */
    public static final int DIMENSIONS = 64;

    private static final int MAX = 4_096;

    private Embeddings() {}

    /** Returns the unit vector of a text. Case and punctuation do not affect it. */
    public static float[] vector(String text, int dimensions) {
        double[] sum = new double[dimensions];
        for (String word : words(text)) {
            Random random = new Random(word.hashCode());
            for (int i = 0; i < dimensions; i++) {
                sum[i] += random.nextGaussian();
            }
        }
        double square = 0;
        for (double each : sum) {
            square += each * each;
        }
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (sum[i] / Math.sqrt(square));
        }
        return vector;
    }

    /** Returns the words of a text; one empty word if the text has no words. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        (text + " ").toLowerCase(Locale.ROOT).codePoints().forEach(point -> {
            if (Character.isLetterOrDigit(point)) {
                word.appendCodePoint(point);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        });
        return words.isEmpty() ? List.of("") : words;
    }

    static String answer(JsonNode request) {
        int dimensions = Math.clamp(request.path("dimensions").asInt(DIMENSIONS), 1, MAX);
        boolean base64 = request.path("encoding_format").asString("float").equals("base64");
        StringJoiner data = new StringJoiner(",");
        long tokens = 0;
        int index = 0;
        for (String text : inputs(request.path("input"))) {
            tokens += words(text).size();
            float[] vector = vector(text, dimensions);
            data.add("{\"object\":\"embedding\",\"index\":" + index++ + ",\"embedding\":"
                    + (base64 ? base64(vector) : numbers(vector)) + "}");
        }
        return "{\"object\":\"list\",\"data\":[" + data + "],\"model\":"
                + Json.string(request.path("model").asString("none")) + ",\"usage\":{\"prompt_tokens\":" + tokens
                + ",\"total_tokens\":" + tokens + "}}";
    }

    /** Returns the input texts. A value that is not a string is replaced by its JSON text. */
    private static List<String> inputs(JsonNode input) {
        if (!input.isArray() || input.path(0).isNumber()) {
            return List.of(input.isString() ? input.stringValue() : input.toString());
        }
        List<String> texts = new ArrayList<>();
        input.forEach(each -> texts.add(each.isString() ? each.stringValue() : each.toString()));
        return texts;
    }

    private static String numbers(float[] vector) {
        StringJoiner numbers = new StringJoiner(",", "[", "]");
        for (float each : vector) {
            numbers.add(Float.toString(each));
        }
        return numbers.toString();
    }

    /** Encodes a vector as Base64 of little-endian IEEE 754 numbers. */
    private static String base64(float[] vector) {
        Buffer octets = Buffer.buffer();
        for (float each : vector) {
            octets.appendFloatLE(each);
        }
        return "\"" + Base64.getEncoder().encodeToString(octets.getBytes()) + "\"";
    }
}
