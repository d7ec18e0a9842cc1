package io.policyengine.app.engine;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a kernel to its workers, which are embedded in its process or listen on sockets.
 *
 * @param placement decides which workers are embedded
 * @param sockets the directory of sockets whose configured paths are relative
 * @param watch the watchdogs of the event loops, to which embedded workers are added
 * @param unsent number of bytes of calls that workers behind sockets have not accepted yet
 */
record PlacedWorkers(
        Host host, Conf conf, Placement placement, SocketDirectory sockets, KernelWatch watch, LongAdder unsent)
        implements WorkerConnectors {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.process");

    @Override
    public String place(WorkerEndpointConfig worker) {
        if (placement.isEmbedded(worker)) {
            return EMBEDDED;
        }
        String path = worker.socketPath();
        return sockets.resolve(path == null ? WorkerCoreConfig.defaults().socketPath() : path);
    }

    @Override
    public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
        return placement.mismatch(workers);
    }

    @Override
    public Map<String, PolicyDescriptor> builtIn() {
        return StandardPolicies.all().stream()
                .map(PolicyFactory::descriptor)
                .collect(Collectors.toMap(PolicyDescriptor::name, descriptor -> descriptor));
    }

    @Override
    public long unsentBytes() {
        return unsent.sum();
    }

    @Override
    public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
        String place = place(worker);
        if (place.equals(EMBEDDED)) {
            LocalWorker embedded = Workers.local(
                    host.vertx(),
                    host.metrics(),
                    host.work(),
                    conf.directory(),
                    config,
                    worker.name(),
                    Workers.policies());
            Runnable endOfWatch = watch.watch(
                    embedded, Workers.settings(config, worker.name()).server().stuckLoopTimeout());
            return new EmbeddedWorker(embedded, endOfWatch);
        }
        LOG.atInfo()
                .addKeyValue(LogFields.WORKER_NAME, worker.name())
                .addKeyValue(LogFields.SOCKET, place)
                .log("the worker is a separate process: start it with `policy-engine worker`, or "
                        + "embed it in this process by `run --embedded`");
        return new RemoteWorker(
                host.vertx(),
                RemoteWorkerOptions.of(place, worker.uid()),
                Ticker.SYSTEM,
                KernelMetric.GUARDED_RESETS.counter(host.metrics())::increment,
                unsent);
    }
}
