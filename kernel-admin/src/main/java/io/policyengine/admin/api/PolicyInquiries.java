package io.policyengine.admin.api;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.worker.registry.ReplicaAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;

/**
 * Sends operators' questions to policies in all workers that run them. At most {@value #MAX} requests may do this at a
 * time, because each holds the answers of all replicas in memory. Confined to the kernel's event loop.
 */
final class PolicyInquiries {
    /** Maximum number of concurrent requests of the management API that send questions to policies. */
    static final int MAX = 4;

    private final Vertx vertx;
    private final Generations generations;

    /** The slots for concurrent requests. */
    private final Capacity asked = new Capacity(MAX);

    PolicyInquiries(Vertx vertx, Generations generations) {
        this.vertx = vertx;
        this.generations = generations;
    }

    /**
     * Asks all replicas that run the policies.
     *
     * @param view creates the response from the replicas' answers. Called off the event loops, because the answers may
     *     be long
     * @throws ApiProblem if too many requests are in progress
     */
    Future<ApiAnswer> ask(List<PolicyQuestion> questions, Function<List<ReplicaAnswer>, ? extends Record> view) {
        if (!asked.tryTake(1)) {
            throw new ApiProblem(
                    ApiProblem.Code.BUSY, MAX + " requests with questions to policies are running: try again later");
        }
        List<Future<List<ReplicaAnswer>>> answers =
                questions.stream().map(generations.registry()::ask).toList();
        return Future.join(answers)
                .compose(_ -> OffLoop.call(
                        vertx,
                        () -> ApiAnswer.of(view.apply(answers.stream()
                                .flatMap(answer -> answer.result().stream())
                                .toList()))))
                .onComplete(_ -> asked.give(1));
    }
}
