package io.policyengine.core.expression;

import dev.cel.runtime.CelVariableResolver;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values that an expression is evaluated on; they are read when they are named.
 *
 * @param original the request as the client sent it
 * @param response null in the request phase
 */
record Seen(
        RequestView request, RequestView original, @Nullable ResponseView response, Metadata metadata)
        implements CelVariableResolver {
    static Seen of(RequestContext context) {
        return new Seen(context.request(), context.request(), null, context.metadata());
    }

    static Seen of(ResponseContext context) {
        return new Seen(context.request(), context.originalRequest(), context.response(), context.metadata());
    }

    @Override
    public Optional<Object> find(String name) {
        Variable variable = Variable.named(name);
        return variable == null ? Optional.empty() : Optional.of(variable.read(this));
    }
}
