package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.ai.shared.audience.Audience;
import io.policyengine.policies.ai.shared.model.NamePatterns;
import java.util.List;
import java.util.Optional;

/**
 * A compiled route of {@code modelRouter}.
 *
 * @param models models to which the route applies; empty for any model, and for requests that name none
 * @param shares target models with weights above 0; empty to keep the request's model
 * @param fields changes of request fields
 */
record Route(Optional<NamePatterns> models, Audience audience, List<Share> shares, List<RequestInstruction> fields) {
    record Share(String model, int weight) {}

    /**
     * Returns whether the route applies to a request.
     *
     * @param model model of the request, after aliases are replaced
     * @throws io.policyengine.core.error.PolicyException if a condition has no value
     */
    boolean isFor(Optional<String> model, RequestContext context) {
        boolean fits = models.isEmpty() || model.filter(models.get()::include).isPresent();
        return fits && audience.includes(context);
    }

    /** Returns the new model of a request, chosen by a uniformly random number; empty to keep the request's model. */
    Optional<String> model(long random) {
        if (shares.isEmpty()) {
            return Optional.empty();
        }
        long total = shares.stream().mapToLong(Share::weight).sum();
        long left = Math.unsignedMultiplyHigh(random, total);
        int i = 0;
        while (left >= shares.get(i).weight()) {
            left -= shares.get(i).weight();
            i++;
        }
        return Optional.of(shares.get(i).model());
    }
}
