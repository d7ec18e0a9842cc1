package io.policyengine.kernel.worker;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares chains in the replicas of a worker, one request after another in each. A replica can be called only while it is prepared for
 * the chains of all live generations; what it makes of those of a draft is the draft's affair. Belongs to the registry's event loop.
 */
final class ChainPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(ChainPreparation.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final RegistryLoop loop;
    private final Function<String, List<ReplicaState.Connection>> accepted;
    private final Outcomes outcomes;
    private final WantedChains wanted = new WantedChains();
    private final ChainTerms terms = new ChainTerms();

    /** Told what became of replicas. */
    interface Outcomes {
        /** The replica's state has changed: whether it can be called is to be published. */
        void changed(ReplicaState state);

        /** It failed: the connection is of no more use. */
        void failed(ReplicaState.Connection connection, Throwable why);

        /** It has prepared after all what took it too long: to be prepared anew for what came meanwhile. */
        void caughtUp(ReplicaState.Connection connection);
    }

    /**
     * Nothing is prepared yet.
     *
     * @param accepted the accepted connections of a worker, by its name
     */
    ChainPreparation(RegistryLoop loop, Function<String, List<ReplicaState.Connection>> accepted, Outcomes outcomes) {
        this.loop = loop;
        this.accepted = accepted;
        this.outcomes = outcomes;
    }

    /**
     * Prepares chains in the accepted replicas of a worker, except where they are prepared already.
     *
     * @param ownership what the policies were settled to do
     * @param urgent not behind what is being prepared
     * @return what preparing found out, by chain id; a chain that any replica takes is good. Never fails
     */
    Future<Map<Long, PreparedChain>> prepare(
            String worker, long generation, List<ChainSpec> chains, Ownership ownership, boolean urgent) {
        wanted.want(chains);
        terms.want(worker, chains, ownership);
        List<Future<?>> all = new ArrayList<>();
        for (ReplicaState.Connection connection : accepted.apply(worker)) {
            all.add(prepareIn(connection, generation, chains, ownership, urgent));
        }
        return Future.join(all).transform(_ -> {
            judge(worker);
            return Future.succeededFuture(found(worker));
        });
    }

    private Future<?> prepareIn(
            ReplicaState.Connection connection,
            long generation,
            List<ChainSpec> chains,
            Ownership ownership,
            boolean urgent) {
        Future<?> before = connection.preparing;
        Future<?> done = urgent
                ? prepareMissing(connection, generation, chains, ownership)
                : before.transform(_ -> prepareMissing(connection, generation, chains, ownership));
        connection.preparing = urgent ? before.transform(_ -> done) : done;
        done.onSuccess(_ -> connection.state.failedAttempts = 0).onFailure(failure -> failed(connection, failure));
        return loop.within(LIMIT, done).onFailure(_ -> {
            // One that takes long to prepare holds up nobody.
            if (!done.isComplete()) {
                done.onSuccess(_ -> caughtUp(connection));
            }
        });
    }

    private Future<?> prepareMissing(
            ReplicaState.Connection connection, long generation, List<ChainSpec> chains, Ownership ownership) {
        WorkerControl control = Objects.requireNonNull(connection.control);
        WorkerDescription description = Objects.requireNonNull(connection.description);
        connection.failure = null;
        // What was refused unasked is judged anew: another configuration may allow it.
        connection.chains.keySet().removeAll(connection.unasked);
        connection.unasked.clear();
        List<ChainSpec> asked = new ArrayList<>();
        for (ChainSpec chain : chains) {
            if (wanted.has(chain.id()) && !connection.chains.containsKey(chain.id())) {
                PreparedChain refusal = Compatibility.refusal(chain, description, ownership);
                if (refusal == null) {
                    asked.add(chain);
                } else {
                    connection.chains.put(chain.id(), refusal);
                    connection.unasked.add(chain.id());
                }
            }
        }
        if (asked.isEmpty()) {
            return Future.succeededFuture();
        }
        return loop.here(control.prepare(generation, asked)).onSuccess(prepared -> take(connection, prepared));
    }

    private void take(ReplicaState.Connection connection, List<PreparedChain> prepared) {
        List<Long> tooLate = new ArrayList<>();
        for (PreparedChain chain : prepared) {
            if (wanted.has(chain.id())) {
                connection.chains.put(chain.id(), terms.judge(chain));
            } else {
                tooLate.add(chain.id());
            }
        }
        if (!tooLate.isEmpty()) {
            release(connection, tooLate);
        }
    }

    /** What cannot be prepared is fatal only to a connection that is gone, or that lacks what live generations need. */
    private void failed(ReplicaState.Connection connection, Throwable failure) {
        if (failure instanceof WorkerException known
                && (known.kind() == WorkerException.Kind.UNREACHABLE
                        || known.kind() == WorkerException.Kind.CONNECTION_LOST)) {
            outcomes.failed(connection, failure);
        } else {
            connection.failure = failure;
            judge(connection.state.worker);
        }
    }

    private void caughtUp(ReplicaState.Connection connection) {
        if (connection.isAccepted()) {
            outcomes.caughtUp(connection);
        }
    }

    /** These are the chains of a worker that live generations have from now on. */
    void setLive(String worker, List<ChainSpec> chains) {
        wanted.setLive(worker, chains);
        judge(worker);
    }

    /** Nobody needs these chains of a worker any more: its replicas forget them, also those that are still being prepared. */
    void release(String worker, List<Long> ids) {
        wanted.release(worker, ids);
        terms.release(ids);
        accepted.apply(worker).forEach(connection -> release(connection, ids));
        judge(worker);
    }

    private static void release(ReplicaState.Connection connection, List<Long> ids) {
        ids.forEach(connection.chains::remove);
        Objects.requireNonNull(connection.control)
                .release(ids)
                .onFailure(failure -> LOG.atDebug()
                        .addKeyValue("worker_name", connection.state.worker)
                        .setCause(failure)
                        .log("chains could not be released"));
    }

    /** Judges anew which replicas of a worker are prepared, and says whether that has changed. */
    boolean judge(String worker) {
        List<ReplicaState.Connection> connections = accepted.apply(worker);
        Map<Long, PreparedChain> found = found(worker);
        boolean changed = false;
        List<ReplicaState.Connection> useless = new ArrayList<>();
        for (ReplicaState.Connection connection : connections) {
            boolean before = connection.prepared;
            String lack = lack(connection, found);
            connection.prepared = lack.isEmpty();
            if (!before || !connection.prepared) {
                connection.state.trouble = lack;
            }
            if (before != connection.prepared) {
                changed = true;
                outcomes.changed(connection.state);
            }
            if (!connection.prepared && connection.failure != null) {
                useless.add(connection);
            }
        }
        useless.forEach(connection -> outcomes.failed(connection, Objects.requireNonNull(connection.failure)));
        return changed;
    }

    /** Why it cannot be called, for people; empty if it can. One that does not take what another takes is of another version. */
    private String lack(ReplicaState.Connection connection, Map<Long, PreparedChain> found) {
        for (long id : wanted.live(connection.state.worker)) {
            PreparedChain chain = connection.chains.get(id);
            if (chain == null) {
                return "its chains are not prepared yet";
            }
            PreparedChain elsewhere = found.get(id);
            if (!chain.isCallable() && elsewhere != null && elsewhere.isCallable()) {
                return "it refuses chains that another replica takes";
            }
            if (elsewhere != null && elsewhere.isCallable() && !needs(chain).equals(needs(elsewhere))) {
                return "it needs less of bodies for chains than another replica";
            }
        }
        return "";
    }

    /** One that can be called, and of two the one that reads more bodies. */
    private static PreparedChain stricter(PreparedChain one, PreparedChain other) {
        if (one.isCallable() && other.isCallable()) {
            return readers(other) > readers(one) ? other : one;
        }
        return one.isCallable() ? one : other;
    }

    private static long readers(PreparedChain chain) {
        return needs(chain).stream().filter(need -> need != BodyNeed.NONE).count();
    }

    private static List<BodyNeed> needs(PreparedChain chain) {
        return chain.entries().stream().map(PreparedChain.Entry::bodyNeed).toList();
    }

    /** What the replicas of a worker made of their chains; those that are not well count only where none is. */
    private Map<Long, PreparedChain> found(String worker) {
        List<ReplicaState.Connection> all = accepted.apply(worker);
        List<ReplicaState.Connection> well =
                all.stream().filter(ReplicaState.Connection::isWell).toList();
        Map<Long, PreparedChain> found = new HashMap<>();
        for (ReplicaState.Connection connection : well.isEmpty() ? all : well) {
            connection.chains.forEach((id, chain) -> found.merge(id, chain, ChainPreparation::stricter));
        }
        return found;
    }
}
