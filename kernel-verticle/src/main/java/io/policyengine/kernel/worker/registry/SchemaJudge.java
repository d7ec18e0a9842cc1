package io.policyengine.kernel.worker.registry;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.WorkerDescription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the parameter schemas of a worker's policies, once per description. They are checked one after another on a
 * dedicated thread, each for at most {@link #LIMIT}, so no schema delays other work. A schema that takes longer is
 * rejected, and so are all later schemas of the worker. Confined to the registry's event loop.
 */
final class SchemaJudge {
    /**
     * Maximum time to check one schema: several times as long as a valid schema takes, even in a process that has just
     * started.
     */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final JudgedSchema TOO_SLOW =
            new JudgedSchema.Unusable("it could not be checked within " + LIMIT.toMillis() + " ms");

    private final RegistryLoop loop;
    private final WorkerExecutor thread;

    SchemaJudge(Vertx vertx, RegistryLoop loop) {
        this.loop = loop;
        this.thread = vertx.createSharedWorkerExecutor("policy-engine-schemas", 1);
    }

    /** Returns the description with the result of checking its schemas. */
    Future<WorkerDescription> judge(WorkerDescription said) {
        List<DeclaredPolicy> judged = new ArrayList<>(said.policies().size());
        Future<?> done = Future.succeededFuture();
        for (DeclaredPolicy policy : said.policies()) {
            done = done.compose(_ -> isSlow(judged) ? tooSlow(policy) : judge(policy))
                    .onSuccess(judged::add);
        }
        return done.map(_ -> said.withPolicies(List.copyOf(judged)));
    }

    private Future<DeclaredPolicy> judge(DeclaredPolicy policy) {
        if (policy.judged() != null) {
            return Future.succeededFuture(policy);
        }
        return loop.within(LIMIT, OffLoop.callInOrder(thread, () -> JudgedSchema.of(policy.paramsSchema())))
                .otherwise(TOO_SLOW)
                .map(policy::judged);
    }

    private static boolean isSlow(List<DeclaredPolicy> judged) {
        return !judged.isEmpty() && TOO_SLOW.equals(judged.getLast().judged());
    }

    private static Future<DeclaredPolicy> tooSlow(DeclaredPolicy policy) {
        return Future.succeededFuture(policy.judged(TOO_SLOW));
    }

    void close() {
        thread.close();
    }
}
