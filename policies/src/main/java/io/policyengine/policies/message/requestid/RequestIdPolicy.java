package io.policyengine.policies.message.requestid;

import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Sets an id on the request, and the same id on the response. */
final class RequestIdPolicy implements Policy {
    static final String METADATA_KEY = "request_id";

    /** Maximum length of a request id from a client or from metadata, in characters. */
    private static final int MAX_LENGTH = 128;

    private static final String PUNCTUATION = "-._~:+/=@";

    private final RequestIdParams params;
    private final PolicyEnvironment env;

    RequestIdPolicy(RequestIdParams params, PolicyEnvironment env) {
        this.params = params;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        String trusted = params.trustClient() ? trusted(context) : null;
        String id = trusted != null ? trusted : env.newId();
        return RequestOutcome.proceed(List.of(
                new SetHeader(params.header(), id),
                new SetMetadata(METADATA_KEY, JsonNodeFactory.instance.stringNode(id))));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (!params.addToResponse()) {
            return ResponseOutcome.unchanged();
        }
        String left = context.metadata().text(METADATA_KEY);
        String id = left != null && isWellFormed(left) ? left : context.call().requestId();
        return ResponseOutcome.proceed(List.of(new SetHeader(params.header(), Octets.fromText(id))));
    }

    private @Nullable String trusted(RequestContext context) {
        List<String> brought = context.request().headers().getAll(params.header());
        return brought.size() == 1 && isWellFormed(brought.getFirst()) ? brought.getFirst() : null;
    }

    private static boolean isWellFormed(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
