package io.policyengine.policies.access.extauthz;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.access.extauthz.protocol.HeaderChange;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * An authorization service's decision, which can be reused for many requests.
 *
 * @param kind what the service has decided
 * @param outcome the outcome, without the changes that depend on the request's fields
 * @param conditional the changes that depend on the request's fields; empty for most decisions
 * @param changed all changed fields
 * @param weight estimated bytes in memory
 */
record Decision(
        Kind kind, Future<RequestOutcome> outcome, List<HeaderChange> conditional, ChangedFields changed, int weight) {
    /** The kind of a decision, which determines how long the decision is valid. */
    enum Kind {
        ALLOWED,
        DENIED,
        /** The service has not decided, because of this particular request. The request is denied. */
        UNDECIDED,
        /** The service's answer is neither a denial nor a readable permission. The request is denied. */
        INVALID
    }

    Future<RequestOutcome> outcomeFor(RequestView request) {
        List<RequestInstruction> removals = changed.removals(request.headers());
        if (conditional.isEmpty() && removals.isEmpty()) {
            return outcome;
        }
        List<RequestInstruction> instructions = new ArrayList<>(removals);
        instructions.addAll(outcome.result().instructions());
        for (HeaderChange change : conditional) {
            boolean ifPresent = change.action() == HeaderChange.Action.SET_IF_PRESENT;
            boolean isPresent = request.headers().contains(change.name()) && !removes(instructions, change.name());
            if (isPresent == ifPresent) {
                instructions.add(new SetHeader(change.name(), change.value()));
            }
        }
        return RequestOutcome.proceed(instructions);
    }

    /** Returns whether the instructions remove the client's field, which is then treated as absent. */
    private static boolean removes(List<RequestInstruction> instructions, String name) {
        return instructions.stream()
                .anyMatch(instruction ->
                        instruction instanceof RemoveHeader(String removed) && removed.equalsIgnoreCase(name));
    }
}
