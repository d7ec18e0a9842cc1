package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.envoy.KnownMessage;
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

/** The models that a request names, wherever a server may look for them. */
public sealed interface NamedModels {
    /** Metadata key of the model with which an earlier {@code modelRouter} replaced the client's model. */
    String ROUTED = "model_router.model";

    /**
     * Known models: all models from which a server may choose for the request.
     *
     * @param names valid names, at least one; the primary name first
     */
    record Told(Set<String> names) implements NamedModels {
        /** Returns the primary name. */
        public String first() {
            return names.iterator().next();
        }
    }

    /** Unknown models: the request names none, a name is invalid, or the engine does not see the names. */
    record Untold() implements NamedModels {}

    /**
     * Contradictory models: Envoy has read a model that neither path nor body names, or servers read the path or the
     * query differently.
     */
    record Contradiction() implements NamedModels {}

    /** Returns the models that a request names in this source, without reading the body. */
    static NamedModels of(RequestContext context, FactsSource source) {
        return of(context, source, null);
    }

    /** Returns the models that a request names, including those in its parsed body if there is one. */
    static NamedModels of(RequestContext context, FactsSource source, @Nullable PromptBody body) {
        if (context.request().headers().contains("upgrade")
                || context.request().method().equals("CONNECT")) {
            return new Untold();
        }
        String target = context.request().path();
        Optional<List<PathModel>> inPath = PathModel.in(target);
        Optional<List<String>> inQuery = QueryModels.in(target);
        if (inPath.isEmpty() || inQuery.isEmpty()) {
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
        names.addAll(inQuery.get());
        return isTold && names.stream().allMatch(ModelName::isLegal) ? new Told(names) : new Untold();
    }

    /** Returns whether the provider takes the model only from the path. */
    private static boolean isGoneByPath(String target) {
        return ApiShape.ofPath(target)
                .filter(shape -> shape == ApiShape.GEMINI || shape == ApiShape.BEDROCK)
                .isPresent();
    }

    /**
     * Shortens a Google resource name, such as {@code …/models/NAME}, to the name that the path or the body contains;
     * other names stay unchanged.
     */
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
