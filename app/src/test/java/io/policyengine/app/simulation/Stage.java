package io.policyengine.app.simulation;

import io.policyengine.app.simulation.net.VirtualMachine;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.worker.PolicyRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all seeds play on, one after another: the machine, and the policies, whose schemas are made once. */
final class Stage implements AutoCloseable {
    private final Path directory;
    private final VirtualMachine machine = new VirtualMachine();
    private final Map<String, PolicyRegistry> policies;
    private StampingPolicy.@Nullable Calls calls;

    /**
     * A stage on which nothing plays.
     *
     * @param directory where sockets are; for this stage alone
     */
    Stage(Path directory) {
        this.directory = directory;
        StampingPolicy.Calls toCurrent = new StampingPolicy.Calls() {
            @Override
            public Future<RequestOutcome> onRequest(String replica, Stamp stamp, RequestContext context) {
                return Objects.requireNonNull(calls).onRequest(replica, stamp, context);
            }

            @Override
            public Future<ResponseOutcome> onResponse(String replica, Stamp stamp, ResponseContext context) {
                return Objects.requireNonNull(calls).onResponse(replica, stamp, context);
            }
        };
        this.policies = Scenario.WORKERS.stream()
                .collect(Collectors.toMap(
                        worker -> worker, worker -> PolicyRegistry.of(List.of(new StampingPolicy(worker, toCurrent)))));
    }

    VirtualMachine machine() {
        return machine;
    }

    Path directory() {
        return directory;
    }

    /** What a worker can run. */
    PolicyRegistry policies(String worker) {
        return Objects.requireNonNull(policies.get(worker));
    }

    /** From now on policies are called for another seed. */
    void onCalls(StampingPolicy.Calls current) {
        calls = current;
    }

    @Override
    public void close() {
        machine.close();
    }
}
