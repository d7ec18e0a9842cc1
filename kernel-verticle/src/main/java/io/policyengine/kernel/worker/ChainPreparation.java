package io.policyengine.kernel.worker;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Prepares chains in the replicas of a worker, one request after another in each. A replica can be called only when it is prepared for
 * the chains of all live generations. Belongs to the registry's event loop.
 */
final class ChainPreparation {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final RegistryLoop loop;
    private final Outcomes outcomes;

    /** Told what became of replicas. */
    interface Outcomes {
        /** The replica's state has changed: whether it can be called is to be published. */
        void changed(ReplicaState state);

        /** It failed: the connection is of no more use. */
        void failed(ReplicaState.Connection connection, Throwable why);

        /** It has prepared after all what took it too long: to be prepared anew for what came meanwhile. */
        void caughtUp(ReplicaState.Connection connection);
    }

    ChainPreparation(RegistryLoop loop, Outcomes outcomes) {
        this.loop = loop;
        this.outcomes = outcomes;
    }

    /**
     * Prepares chains in connected replicas of one worker, except where they are prepared already.
     *
     * @return what preparing found out, by chain id; a chain that any replica takes is good. Never fails
     */
    Future<Map<Long, PreparedChain>> prepare(
            List<ReplicaState.Connection> connections, long generation, List<ChainSpec> chains) {
        List<Future<?>> all = new ArrayList<>();
        List<ReplicaState.Connection> done = new ArrayList<>();
        for (ReplicaState.Connection connection : connections) {
            all.add(prepareIn(connection, generation, chains).onSuccess(_ -> done.add(connection)));
        }
        return Future.join(all).transform(_ -> {
            Map<Long, PreparedChain> found = new HashMap<>();
            done.forEach(connection -> connection.chains.forEach(
                    (id, chain) -> found.merge(id, chain, (one, other) -> one.isCallable() ? one : other)));
            done.forEach(connection -> noteDone(connection, found));
            return Future.succeededFuture(found);
        });
    }

    private Future<?> prepareIn(ReplicaState.Connection connection, long generation, List<ChainSpec> chains) {
        Future<?> done = connection.preparing.transform(_ -> prepareMissing(connection, generation, chains));
        connection.preparing = done;
        done.onFailure(failure -> outcomes.failed(connection, failure));
        return loop.within(LIMIT, done).onFailure(_ -> {
            if (!done.isComplete()) {
                goOnWithout(connection, done);
            }
        });
    }

    private Future<?> prepareMissing(ReplicaState.Connection connection, long generation, List<ChainSpec> chains) {
        WorkerControl control = Objects.requireNonNull(connection.control);
        WorkerDescription description = Objects.requireNonNull(connection.description);
        List<ChainSpec> asked = new ArrayList<>();
        for (ChainSpec chain : chains) {
            if (!connection.chains.containsKey(chain.id())) {
                PreparedChain refusal = Compatibility.refusal(chain, description);
                if (refusal == null) {
                    asked.add(chain);
                } else {
                    connection.chains.put(chain.id(), refusal);
                }
            }
        }
        if (asked.isEmpty()) {
            return Future.succeededFuture();
        }
        return loop.here(control.prepare(generation, asked))
                .onSuccess(prepared -> prepared.forEach(chain -> connection.chains.put(chain.id(), chain)));
    }

    /** A replica that takes long to prepare holds up nobody: it is not called until it has done so. */
    private void goOnWithout(ReplicaState.Connection connection, Future<?> done) {
        connection.prepared = false;
        connection.state.trouble = "its chains are still being prepared";
        outcomes.changed(connection.state);
        done.onSuccess(_ -> {
            if (connection.isAccepted()) {
                outcomes.caughtUp(connection);
            }
        });
    }

    /** A replica that does not take a chain which another of its worker takes is not called: it is of another version. */
    private void noteDone(ReplicaState.Connection connection, Map<Long, PreparedChain> found) {
        boolean complete = connection.chains.values().stream()
                .allMatch(chain -> chain.isCallable()
                        || !Objects.requireNonNull(found.get(chain.id())).isCallable());
        connection.prepared = complete;
        connection.state.failedAttempts = 0;
        connection.state.trouble = complete ? "" : "it refuses chains that another replica takes";
        outcomes.changed(connection.state);
    }
}
