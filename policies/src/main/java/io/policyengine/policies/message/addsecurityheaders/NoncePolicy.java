package io.policyengine.policies.message.addsecurityheaders;

import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Creates a nonce for each request and sends it to the upstream in a header. On the response, sets the field that
 * allows the nonce, and the constant fields.
 */
final class NoncePolicy implements Policy {
    static final String METADATA_KEY = "csp_nonce";

    /**
     * Number of hexadecimal digits of a nonce: 154 random bits, since six bits of a UUID are fixed. CSP3 §7.1 requires
     * 128.
     */
    private static final int DIGITS = 40;

    private final PolicyEnvironment env;
    private final String nonceHeader;
    private final String field;
    private final List<String> pieces;
    private final List<ResponseInstruction> others;

    /**
     * Creates the policy.
     *
     * @param field the response field that allows the nonce
     * @param pieces parts of the field's value, between which the nonce is inserted
     */
    NoncePolicy(
            PolicyEnvironment env,
            String nonceHeader,
            String field,
            List<String> pieces,
            List<ResponseInstruction> others) {
        this.env = env;
        this.nonceHeader = nonceHeader;
        this.field = field;
        this.pieces = pieces;
        this.others = others;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        String nonce = newNonce();
        return RequestOutcome.proceed(List.of(
                new SetHeader(nonceHeader, nonce),
                new SetMetadata(METADATA_KEY, JsonNodeFactory.instance.stringNode(nonce))));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        String left = context.metadata().text(METADATA_KEY);
        // Without a nonce, an earlier policy has denied the request; a new nonce is safe, since no page contains it.
        String nonce = left == null ? newNonce() : left;
        List<ResponseInstruction> instructions = new ArrayList<>(others.size() + 1);
        instructions.addAll(others);
        instructions.add(SetHeader.ofText(field, String.join("'nonce-" + nonce + "'", pieces)));
        return ResponseOutcome.proceed(instructions);
    }

    private String newNonce() {
        return (env.newId() + env.newId()).replace("-", "").substring(0, DIGITS);
    }
}
