package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import java.util.Set;

/** The form of a JSON-RPC body, as the header fields state it. */
public enum AnswerForm {
    /** JSON: one message or a batch. */
    MESSAGE,
    /** A stream of events with messages. */
    EVENTS,
    /** Any other form, or an ambiguous form. */
    OTHER;

    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");

    /** Returns the form of a body with these fields. */
    public static AnswerForm of(HeaderMap headers) {
        MediaTypes types = MediaTypes.of(headers);
        boolean inUtf8 = UTF_8.containsAll(MediaTypes.charsetsOf(headers));
        if (types.unclear() || types.stated().size() != 1 || !inUtf8) {
            return OTHER;
        }
        String type = types.stated().iterator().next();
        if (type.equals("text/event-stream")) {
            return EVENTS;
        }
        return JsonTypes.isJson(type) ? MESSAGE : OTHER;
    }
}
