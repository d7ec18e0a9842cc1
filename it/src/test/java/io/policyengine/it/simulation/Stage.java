package io.policyengine.it.simulation;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.it.simulation.net.VirtualMachine;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.it.simulation.world.World;
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
    private @Nullable PolicyCalls calls;

    /**
     * A stage on which nothing plays.
     *
     * @param directory where sockets are; for this stage alone
     */
    Stage(Path directory) {
        this.directory = directory;
        PolicyCalls toCurrent = new Current();
        this.policies = World.WORKERS.stream()
                .collect(Collectors.toMap(
                        worker -> worker,
                        worker -> PolicyRegistry.of(List.of(
                                StampingPolicy.ofHeaders(worker, toCurrent),
                                StampingPolicy.ofBodies(worker, toCurrent),
                                StampingPolicy.ofTrailers(worker, toCurrent),
                                new PermitPolicy(worker, toCurrent)))));
    }

    /** Hands calls on to the seed that is played. */
    private final class Current implements PolicyCalls {
        @Override
        public Future<RequestOutcome> onRequest(String process, Stamp stamp, RequestContext context) {
            return Objects.requireNonNull(calls).onRequest(process, stamp, context);
        }

        @Override
        public Future<RequestOutcome> onCountedRequest(
                String process, Stamp stamp, RequestContext context, boolean permitted) {
            return Objects.requireNonNull(calls).onCountedRequest(process, stamp, context, permitted);
        }

        @Override
        public Future<ResponseOutcome> onResponse(String process, Stamp stamp, ResponseContext context) {
            return Objects.requireNonNull(calls).onResponse(process, stamp, context);
        }

        @Override
        public Future<TrailersOutcome> onTrailers(String process, Stamp stamp, TrailersContext context) {
            return Objects.requireNonNull(calls).onTrailers(process, stamp, context);
        }

        @Override
        public void onEnd(String process, Stamp stamp, ExchangeEnd end) {
            Objects.requireNonNull(calls).onEnd(process, stamp, end);
        }
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
    void onCalls(PolicyCalls current) {
        calls = current;
    }

    @Override
    public void close() {
        machine.close();
    }
}
