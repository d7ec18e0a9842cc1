package io.policyengine.kernel.worker.registry;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.worker.life.ReplicaEvent;
import io.policyengine.kernel.worker.ownership.ChainTerms;
import io.policyengine.kernel.worker.ownership.Compatibility;
import io.policyengine.kernel.worker.ownership.Ownership;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares chains in the replicas of a worker, one request at a time in each. A replica becomes available once it has
 * prepared the chains of all live generations. If it later lacks some of them, it stays available, but is not called
 * for the missing ones. The chains of a draft do not affect its availability. Confined to the registry's event loop.
 */
final class ChainPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(ChainPreparation.class);
    /** Maximum time that a caller waits for the preparation of chains. */
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /**
     * Maximum time that a request to prepare chains delays the next one. A worker in another process has less time for
     * a page of chains.
     */
    private static final Duration TURN = Duration.ofMinutes(2);

    private final RegistryLoop loop;
    private final RandomGenerator random;
    private final Function<String, List<ReplicaConnection>> accepted;
    private final Outcomes outcomes;
    private final WantedChains wanted = new WantedChains();
    private final ChainTerms terms = new ChainTerms();

    /** Receives the outcomes of preparing chains. */
    interface Outcomes {
        /** Reports whether a replica has prepared the chains of all live generations. */
        void judged(ReplicaConnection connection, ReplicaEvent event);

        /** Reports a failure that may end the connection. */
        void ended(ReplicaConnection connection, ConnectionEnd ending);

        /**
         * Reports that a replica must be asked again to prepare chains, because it has finished a slow preparation or
         * may be able to now.
         */
        void caughtUp(ReplicaConnection connection);
    }

    /**
     * Creates an object without chains to prepare.
     *
     * @param accepted returns the accepted connections of a worker, by its name
     */
    ChainPreparation(
            RegistryLoop loop,
            RandomGenerator random,
            Function<String, List<ReplicaConnection>> accepted,
            Outcomes outcomes) {
        this.loop = loop;
        this.random = random;
        this.accepted = accepted;
        this.outcomes = outcomes;
    }

    /**
     * Prepares chains in the accepted replicas of a worker, except chains that are already prepared.
     *
     * @param ownership the fixed assignment of policies to workers
     * @param urgent true to start without waiting for preparations in progress
     * @return the results by chain id; a chain accepted by any replica is valid. Never fails
     */
    Future<Map<Long, PreparedChain>> prepare(
            String worker, long generation, List<ChainSpec> chains, Ownership ownership, boolean urgent) {
        wanted.want(chains);
        terms.want(worker, chains, ownership);
        List<Future<?>> all = new ArrayList<>();
        for (ReplicaConnection connection : accepted.apply(worker)) {
            all.add(prepareIn(connection, generation, chains, ownership, urgent));
        }
        return Future.join(all).transform(_ -> {
            judge(worker);
            return Future.succeededFuture(found(worker));
        });
    }

    private Future<?> prepareIn(
            ReplicaConnection connection,
            long generation,
            List<ChainSpec> chains,
            Ownership ownership,
            boolean urgent) {
        Future<?> done = connection
                .chains()
                .inTurn(loop, TURN, urgent, () -> prepareMissing(connection, generation, chains, ownership));
        done.onSuccess(_ -> connection.replica().pause().reset()).onFailure(failure -> failed(connection, failure));
        return loop.within(LIMIT, done).onFailure(_ -> {
            // A slow replica delays no caller beyond the limit.
            if (!done.isComplete()) {
                done.onSuccess(_ -> caughtUp(connection));
            }
        });
    }

    private Future<List<PreparedChain>> prepareMissing(
            ReplicaConnection connection, long generation, List<ChainSpec> chains, Ownership ownership) {
        ReplicaChains held = connection.chains();
        Set<Long> again = held.begin();
        List<ChainSpec> asked = new ArrayList<>();
        for (ChainSpec chain : chains) {
            if (wanted.has(chain.id()) && (held.get(chain.id()) == null || again.contains(chain.id()))) {
                PreparedChain refusal = Compatibility.refusal(chain, connection.description(), ownership);
                if (refusal == null) {
                    asked.add(chain);
                } else {
                    held.refuseUnasked(refusal);
                }
            }
        }
        if (asked.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return loop.here(connection.control().prepare(generation, asked))
                .onSuccess(prepared -> take(connection, prepared));
    }

    private void take(ReplicaConnection connection, List<PreparedChain> prepared) {
        List<Long> tooLate = new ArrayList<>();
        for (PreparedChain chain : prepared) {
            if (wanted.has(chain.id())) {
                connection.chains().put(terms.judge(chain));
            } else {
                tooLate.add(chain.id());
            }
        }
        if (!tooLate.isEmpty()) {
            release(connection, tooLate);
        }
    }

    /**
     * Handles a failed preparation. If the connection was lost, it is removed. Any other failure ends the connection
     * only if the replica lacks chains of live generations.
     */
    private void failed(ReplicaConnection connection, Throwable failure) {
        if (failure instanceof WorkerException known
                && (known.kind() == WorkerException.Kind.UNREACHABLE
                        || known.kind() == WorkerException.Kind.CONNECTION_LOST)) {
            outcomes.ended(connection, new ConnectionEnd.LostInPreparation(ConnectionEnd.messageOf(failure)));
        } else {
            connection.chains().failed(failure);
            judge(connection.replica().worker());
        }
    }

    private void caughtUp(ReplicaConnection connection) {
        if (connection.isAccepted()) {
            outcomes.caughtUp(connection);
        }
    }

    void setLive(String worker, List<ChainSpec> chains) {
        wanted.setLive(worker, chains);
        judge(worker);
    }

    /** Releases chains in all replicas of a worker, including chains that are being prepared. */
    void release(String worker, List<Long> ids) {
        wanted.release(worker, ids);
        terms.release(ids);
        accepted.apply(worker).forEach(connection -> release(connection, ids));
        judge(worker);
    }

    private static void release(ReplicaConnection connection, List<Long> ids) {
        connection.chains().forget(ids);
        connection
                .control()
                .release(ids)
                .onFailure(failure -> LOG.atDebug()
                        .addKeyValue(LogFields.WORKER_NAME, connection.replica().worker())
                        .setCause(failure)
                        .log("a replica did not confirm the release of chains, and may still hold them"));
    }

    /** Determines again which replicas of a worker have prepared their chains. Returns whether this has changed. */
    boolean judge(String worker) {
        List<ReplicaConnection> connections = accepted.apply(worker);
        Map<Long, PreparedChain> found = found(worker);
        boolean changed = false;
        // A chain that one replica refuses is sent to another, so all are judged before any is published.
        for (ReplicaConnection connection : connections) {
            changed |= connection.stands(missing(connection), unfit(connection, found));
        }
        for (ReplicaConnection connection : connections) {
            boolean wasCallable = connection.replica().isCallable();
            outcomes.judged(
                    connection,
                    connection.missing().isEmpty() ? ReplicaEvent.CHAINS_PREPARED : ReplicaEvent.CHAINS_MISSING);
            changed |= wasCallable != connection.replica().isCallable();
        }
        for (ReplicaConnection connection : connections) {
            Throwable failure = connection.chains().failure();
            if (failure != null) {
                outcomes.ended(connection, new ConnectionEnd.NotPrepared(ConnectionEnd.messageOf(failure)));
            }
            askAgainLater(connection);
        }
        return changed;
    }

    /** Asks the replica again, after a pause that grows, to prepare the live chains that it has not finished. */
    private void askAgainLater(ReplicaConnection connection) {
        String worker = connection.replica().worker();
        long pause = connection.chains().beginPause(wanted.live(worker), random);
        if (pause > 0) {
            loop.after(pause, () -> {
                connection.chains().endPause(wanted.live(worker));
                caughtUp(connection);
            });
        }
    }

    private Set<Long> missing(ReplicaConnection connection) {
        return wanted.live(connection.replica().worker()).stream()
                .filter(id -> connection.chains().get(id) == null)
                .collect(Collectors.toSet());
    }

    /**
     * Returns the live chains for which other replicas are called: they accept the chain, but this replica refuses it,
     * or its entries need the body in another form.
     */
    private Set<Long> unfit(ReplicaConnection connection, Map<Long, PreparedChain> found) {
        Set<Long> unfit = new HashSet<>();
        for (long id : wanted.live(connection.replica().worker())) {
            PreparedChain chain = connection.chains().get(id);
            PreparedChain elsewhere = found.get(id);
            if (chain != null
                    && elsewhere != null
                    && elsewhere.isCallable()
                    && !(chain.isCallable() && needs(chain).equals(needs(elsewhere)))) {
                unfit.add(id);
            }
        }
        return unfit;
    }

    /**
     * Returns the stricter of two results for a chain: the one that can be called or, if both can, the one with more
     * entries that read a body. If neither can be called, returns the second.
     */
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

    /**
     * Returns the combined result of a worker's replicas for each chain. Unhealthy replicas count only if all are
     * unhealthy.
     */
    private Map<Long, PreparedChain> found(String worker) {
        List<ReplicaConnection> all = accepted.apply(worker);
        List<ReplicaConnection> well =
                all.stream().filter(connection -> connection.health().isWell()).toList();
        Map<Long, PreparedChain> found = new HashMap<>();
        for (ReplicaConnection connection : well.isEmpty() ? all : well) {
            connection.chains().forEach((id, chain) -> found.merge(id, chain, ChainPreparation::stricter));
        }
        return found;
    }
}
