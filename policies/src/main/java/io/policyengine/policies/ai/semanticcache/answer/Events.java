package io.policyengine.policies.ai.semanticcache.answer;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

final class Events {
    private Events() {}

    static JsonNode json(String data, StopSignal stop) throws JsonFault {
        return JsonTexts.read(data.getBytes(StandardCharsets.UTF_8), stop);
    }

    /** Returns whether the object has this member with a value that is neither null nor empty. */
    static boolean has(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return !value.isMissingNode()
                && !value.isNull()
                && !(value.isContainer() && value.isEmpty())
                && !(value.isString() && value.stringValue().isEmpty());
    }

    /** Returns whether an event or a response reports an error, or is not a JSON object. */
    static boolean isError(JsonNode event) {
        return !event.isObject() || has(event, "error");
    }

    static String text(JsonNode object, String member) {
        return object.path(member).asString("");
    }
}
