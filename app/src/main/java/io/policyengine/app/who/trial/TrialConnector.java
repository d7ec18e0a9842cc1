package io.policyengine.app.who.trial;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection to a worker of stand-ins. A whole call fails if the current case says so for one of its entries. */
record TrialConnector(WorkerConnector worker, Supplier<TrialCase> present, Map<Long, ChainSpec> chains)
        implements WorkerConnector {
    static TrialConnector of(WorkerConnector worker, Supplier<TrialCase> present) {
        return new TrialConnector(worker, present, new ConcurrentHashMap<>());
    }

    @Override
    public String address() {
        return worker.address();
    }

    @Override
    public Future<WorkerControl> connect(Runnable lost) {
        return worker.connect(lost).map(Control::new);
    }

    @Override
    public WorkerLink link() {
        return new Link(worker.link());
    }

    @Override
    public Future<Void> close() {
        return worker.close();
    }

    /** Records which entries the worker's chains have. */
    private final class Control implements WorkerControl {
        private final WorkerControl control;

        Control(WorkerControl control) {
            this.control = control;
        }

        @Override
        public Future<WorkerDescription> describe() {
            return control.describe();
        }

        @Override
        public Future<WorkerHealth> checkHealth() {
            return control.checkHealth();
        }

        @Override
        public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> specs) {
            specs.forEach(spec -> chains.put(spec.id(), spec));
            return control.prepare(generation, specs);
        }

        @Override
        public Future<Void> release(List<Long> chainIds) {
            return control.release(chainIds);
        }
    }

    private final class Link implements WorkerLink {
        private final WorkerLink link;

        Link(WorkerLink link) {
            this.link = link;
        }

        @Override
        public <O> Future<SegmentResult<O>> execute(SegmentCall<O> call) {
            WorkerException failure = failure(call);
            return failure == null ? link.execute(call) : Future.failedFuture(failure);
        }

        @Override
        public <O> Future<OpenSegment<O>> open(SegmentCall<O> call) {
            WorkerException failure = failure(call);
            return failure == null ? link.open(call) : Future.failedFuture(failure);
        }

        @Override
        public void exchangeEnded(ExchangeEnd end) {
            link.exchangeEnded(end);
        }
    }

    private @Nullable WorkerException failure(SegmentCall<?> call) {
        TrialCase now = present.get();
        if (includes(call, now.awayCalls())) {
            return new WorkerException(WorkerException.Kind.TIMEOUT, "the worker is unavailable in this trial");
        }
        return includes(call, now.overloadedCalls())
                ? new WorkerException(WorkerException.Kind.OVERLOADED, "the worker is overloaded in this trial")
                : null;
    }

    private boolean includes(SegmentCall<?> call, Set<String> policies) {
        ChainSpec chain = chains.get(call.chainId());
        return chain != null
                && chain.entries().subList(call.firstEntry(), call.endEntry()).stream()
                        .anyMatch(entry -> policies.contains(entry.policy()));
    }
}
