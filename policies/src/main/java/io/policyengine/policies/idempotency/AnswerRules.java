package io.policyengine.policies.idempotency;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.SetBody;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says which answers are kept, and which of their fields. */
final class AnswerRules {
    /** The most octets of the fields of an answer that is kept. */
    static final int MAX_FIELDS = 16_384;

    /** Answers that ask for another attempt: the request has not been run. */
    private static final Set<Integer> TO_BE_RETRIED = Set.of(408, 425, 429);

    private static final int SERVER_ERRORS = 500;

    private final boolean keepsServerErrors;

    AnswerRules(boolean keepsServerErrors) {
        this.keepsServerErrors = keepsServerErrors;
    }

    /** True if an answer with this status is the one of the request, whatever comes of further attempts. */
    boolean isFinal(int status) {
        return status >= 200 && !TO_BE_RETRIED.contains(status) && (status < SERVER_ERRORS || keepsServerErrors);
    }

    /** True if all of the answer is in its fields and its body. The status of gRPC is in trailers. */
    static boolean canBeKept(ResponseView response) {
        String type = response.headers().get("content-type");
        return (type == null || !HeaderMap.lowerCase(type).startsWith("application/grpc"))
                && response.headers().octets() <= MAX_FIELDS;
    }

    /** The fields that are kept: not those of the transport, nor those of a coding, which has been opened. */
    static HeaderMap kept(HeaderMap headers) {
        Set<String> dropped = new HashSet<>(List.of(Replay.FIELD));
        for (String value : headers.getAll("connection")) {
            for (String name : value.split(",", -1)) {
                dropped.add(HeaderMap.lowerCase(name.strip()));
            }
        }
        if (headers.contains("content-encoding")) {
            dropped.addAll(SetBody.OUTDATED_FIELDS);
        }
        return headers.without(name -> dropped.contains(name) || FieldRules.isFraming(name));
    }
}
