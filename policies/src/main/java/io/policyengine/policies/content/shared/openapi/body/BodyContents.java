package io.policyengine.policies.content.shared.openapi.body;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contents that a body may have, by media type.
 *
 * @param byType {@code type/subtype} in lower case; also {@code type/*} and {@code *}{@code /*}
 */
public record BodyContents(Map<String, Content> byType) {
    public BodyContents {
        byType = Map.copyOf(byType);
    }

    /**
     * Returns the content for a media type; null if the type is not permitted.
     *
     * @param type in lower case, without parameters
     */
    @Nullable
    public Content of(String type) {
        Content exact = byType.get(type);
        if (exact != null) {
            return exact;
        }
        Content range = byType.get(type.substring(0, type.indexOf('/') + 1) + "*");
        return range != null ? range : byType.get("*/*");
    }
}
