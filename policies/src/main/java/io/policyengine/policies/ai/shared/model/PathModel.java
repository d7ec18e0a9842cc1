package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.ai.shared.modelapi.PathSegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A model name in the path of a request. All policies find models in paths with this class.
 *
 * @param name the name, with percent-encoding decoded once
 * @param from start of the name in the target
 * @param to end of the name in the target, exclusive
 */
public record PathModel(String name, int from, int to) {
    private static final String UNRESERVED = "-._~:@";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Returns all names that a server may find in a target, in order: Gemini's and OpenAI's {@code models/NAME},
     * Bedrock's {@code model/NAME/…}, Azure's {@code deployments/NAME/…}, and the name before the method in Google's
     * paths. Empty if servers interpret the target differently.
     */
    public static Optional<List<PathModel>> in(String target) {
        return PathSegment.isUnclear(target) ? Optional.empty() : new PathModels(target).find();
    }

    /** Returns the target with the name in it replaced by {@code other}. */
    public String replaced(String target, String other) {
        StringBuilder encoded = new StringBuilder(target.length() + other.length());
        encoded.append(target, 0, from);
        for (byte octet : other.getBytes(StandardCharsets.UTF_8)) {
            boolean stays = Character.isLetterOrDigit(octet) || UNRESERVED.indexOf(octet) >= 0;
            if (stays) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return encoded.append(target, to, target.length()).toString();
    }

    /** Returns a copy without Google's method at the end of the name. The colon before the method may be encoded. */
    PathModel withoutMethod(String target) {
        int colon = name.lastIndexOf(':');
        if (colon < 0) {
            return this;
        }
        String written = HeaderMap.lowerCase(target.substring(from, to));
        return new PathModel(
                name.substring(0, colon), from, from + Math.max(written.lastIndexOf(':'), written.lastIndexOf("%3a")));
    }
}
