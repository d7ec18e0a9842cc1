package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.envoy.KnownMessage;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import io.policyengine.policies.ai.shared.prompt.PromptBody;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models named by a request, at every place that a server may use. */
public sealed interface NamedModels {
    /** Metadata key of the model that an earlier {@code modelRouter} has put in the place of the client's. */
    String ROUTED = "model_router.model";

    /**
     * The complete set of possible models: a server uses one of these.
     *
     * @param names legal, at least one; the primary one first
     */
    record Told(Set<String> names) implements NamedModels {
        /** The name that counts. */
        public String first() {
            return names.iterator().next();
        }
    }

    /** The models are unknown: missing, invalid, or hidden. */
    record Untold() implements NamedModels {}

    /** Readers differ: Envoy has read another one than stands in the request, or servers read such a path in several ways. */
    record Contradiction() implements NamedModels {}

    /**
     * Reads a request without looking at a body.
     *
     * @param source that is trusted
     */
    static NamedModels of(RequestContext context, FactsSource source) {
        return of(context, source, null);
    }

    /** Reads a request whose body has been read. */
    static NamedModels of(RequestContext context, FactsSource source, @Nullable PromptBody body) {
        if (context.request().headers().contains("upgrade")
                || context.request().method().equals("CONNECT")) {
            return new Untold();
        }
        String target = context.request().path();
        Optional<List<PathModel>> inPath = PathModel.in(target);
        if (inPath.isEmpty()) {
            return new Contradiction();
        }
        Set<String> written = new LinkedHashSet<>();
        inPath.get().forEach(model -> written.add(model.name()));
        boolean isTold = !written.isEmpty() && (source != FactsSource.ENVOY || isGoneByPath(target));
        if (body != null) {
            Optional<Set<String>> inBody = BodyModels.in(body);
            if (inBody.isEmpty()) {
                return new Untold();
            }
            isTold |= !inBody.get().isEmpty();
            written.addAll(inBody.get());
        }
        Set<String> names = new LinkedHashSet<>(written);
        String routed = context.metadata().text(ROUTED);
        String envoys = source == FactsSource.BODY ? null : asWritten(ofEnvoy(context.envoy()), written);
        if (routed != null) {
            names.add(routed);
            isTold = true;
        } else if (envoys != null) {
            if (!written.isEmpty() && !written.contains(envoys)) {
                return new Contradiction();
            }
            names.add(envoys);
            isTold = true;
        }
        names.addAll(QueryString.getAll(target, "model"));
        return isTold && names.stream().allMatch(ModelName::isLegal) ? new Told(names) : new Untold();
    }

    /** Providers of these go by the path alone. */
    private static boolean isGoneByPath(String target) {
        return ApiShape.ofPath(target)
                .filter(shape -> shape == ApiShape.GEMINI || shape == ApiShape.BEDROCK)
                .isPresent();
    }

    /** Google's resource names end with the model's name, which is how the path writes it. */
    private static @Nullable String asWritten(@Nullable String name, Set<String> written) {
        return written.stream()
                .filter(other -> name != null && name.endsWith("models/" + other))
                .findFirst()
                .orElse(name);
    }

    private static @Nullable String ofEnvoy(EnvoyMetadata envoy) {
        return envoy.typed(RequestFacts.ENVOY_NAMESPACE)
                .flatMap(typed -> KnownMessage.of(typed.typeUrl()).flatMap(known -> known.read(typed.value())))
                .map(fields -> fields.get("model"))
                .map(String::valueOf)
                .filter(name -> !name.isEmpty())
                .orElse(null);
    }
}
