package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import io.policyengine.kernel.worker.registry.ReplicaAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The answers of policies to an operator's question. */
@Doc("The answers of policies to a question.")
public record AnswersView(
        @Doc("One answer for each entry from each replica of the entry's worker.")
        List<Answer> answers,

        @Doc("Replicas that did not answer.") List<Unanswered> unanswered) {
    /** The answer of one entry's policy in one replica. */
    @Doc("The answer of one entry.")
    public record Answer(
            @Doc("Name of the worker.") String worker,
            @Doc("Address of the replica.") String replica,
            @Doc("Name of the route.") String route,
            @Doc("Name of the entry.") String entry,

            @Doc("The answer; the page of the policy describes it.") @Nullable
            JsonNode answer,

            @Doc("The reason why the answer is missing.") @Nullable
            String failure) {}

    /** A replica that did not answer an operator's question. */
    @Doc("A replica that did not answer.")
    public record Unanswered(
            @Doc("Name of the worker.") String worker,
            @Doc("Address of the replica.") String replica,
            @Doc("The reason.") String reason) {}

    public static AnswersView of(List<ReplicaAnswer> replicas) {
        return new AnswersView(
                replicas.stream()
                        .flatMap(replica -> replica.answers().stream()
                                .map(entry -> new Answer(
                                        replica.worker(),
                                        replica.address(),
                                        entry.route(),
                                        entry.entry(),
                                        entry.answer(),
                                        entry.failure())))
                        .toList(),
                replicas.stream()
                        .filter(replica -> replica.failure() != null)
                        .map(replica ->
                                new Unanswered(replica.worker(), replica.address(), String.valueOf(replica.failure())))
                        .toList());
    }
}
