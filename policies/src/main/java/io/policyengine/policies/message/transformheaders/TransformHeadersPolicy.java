package io.policyengine.policies.message.transformheaders;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.shared.template.Template;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

final class TransformHeadersPolicy implements Policy {
    private final HeaderPlan plan;

    TransformHeadersPolicy(HeaderPlan plan) {
        this.plan = plan;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        try {
            return RequestOutcome.proceed(List.copyOf(
                    plan.instructions(legal(template -> template.fill(context), ErrorCode.INVALID_REQUEST))));
        } catch (PolicyException illegal) {
            return Future.failedFuture(illegal);
        }
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        try {
            return ResponseOutcome.proceed(List.copyOf(
                    plan.instructions(legal(template -> template.fill(context), ErrorCode.INVALID_RESPONSE))));
        } catch (PolicyException illegal) {
            return Future.failedFuture(illegal);
        }
    }

    /**
     * Rejects values that no header may hold. Metadata may contain line breaks, which would start another header field.
     */
    private static Function<Template, String> legal(Function<Template, String> fill, ErrorCode otherwise) {
        return template -> {
            String octets = fill.apply(template);
            if (!FieldRules.isFieldValue(octets)) {
                throw new PolicyException(
                        otherwise, "a filled template has a character that no header value may " + "contain");
            }
            return octets;
        };
    }
}
