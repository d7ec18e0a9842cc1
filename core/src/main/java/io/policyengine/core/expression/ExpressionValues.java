package io.policyengine.core.expression;

import dev.cel.runtime.CelVariableResolver;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values that an expression reads, for one evaluation. Each is computed at its first use and cached, since macros
 * such as {@code all} may read it repeatedly.
 */
final class ExpressionValues implements CelVariableResolver {
    private final RequestView request;
    private final RequestView original;
    private final @Nullable ResponseView response;
    private final Metadata metadata;
    private final EnvoyMetadata envoy;
    private final Map<String, Object> read = HashMap.newHashMap(4);

    /**
     * Creates the values for one evaluation; nothing is computed yet.
     * @param original the request as the client sent it
     * @param response null in the request phase
     */
    private ExpressionValues(
            RequestView request,
            RequestView original,
            @Nullable ResponseView response,
            Metadata metadata,
            EnvoyMetadata envoy) {
        this.request = request;
        this.original = original;
        this.response = response;
        this.metadata = metadata;
        this.envoy = envoy;
    }

    static ExpressionValues of(RequestContext context) {
        return new ExpressionValues(context.request(), context.request(), null, context.metadata(), context.envoy());
    }

    static ExpressionValues of(ResponseContext context) {
        return new ExpressionValues(
                context.request(), context.originalRequest(), context.response(), context.metadata(), context.envoy());
    }

    RequestView request() {
        return request;
    }

    RequestView original() {
        return original;
    }

    /** The response, or null in the request phase. */
    @Nullable
    ResponseView response() {
        return response;
    }

    Metadata metadata() {
        return metadata;
    }

    EnvoyMetadata envoy() {
        return envoy;
    }

    @Override
    public Optional<Object> find(String name) {
        Object known = read.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Variable variable = Variable.named(name);
        if (variable == null) {
            return Optional.empty();
        }
        Object value = variable.read(this);
        read.put(name, value);
        return Optional.of(value);
    }
}
