package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import java.nio.charset.StandardCharsets;

/** Reads the value of a parameter whose text is JSON. */
public final class JsonParameter {
    private static final Reading NO_JSON = new Reading.Malformed("is not JSON");

    private JsonParameter() {}

    /** Reads the value that a JSON text represents. */
    public static Reading read(String text) {
        try {
            return Reading.Value.of(JsonTexts.read(text.getBytes(StandardCharsets.UTF_8), () -> false));
        } catch (JsonFault fault) {
            return NO_JSON;
        }
    }
}
