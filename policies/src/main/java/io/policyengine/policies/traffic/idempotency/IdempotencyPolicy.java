package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.traffic.idempotency.IdempotencyParams.OnIncomplete;
import io.policyengine.policies.traffic.idempotency.IdempotencyParams.OnStoreFailure;
import io.policyengine.policies.traffic.idempotency.record.BeginExecution;
import io.policyengine.policies.traffic.idempotency.record.CompleteExecution;
import io.policyengine.policies.traffic.idempotency.record.Execution;
import io.policyengine.policies.traffic.idempotency.record.KeyLookup;
import io.policyengine.policies.traffic.idempotency.record.ReleaseExecution;
import io.policyengine.policies.traffic.shared.storedresponse.BodyCopy;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the key of a request before the request runs, and stores the response under the key. If the end of an execution
 * is never reported, the key is held for {@code lock_ttl_s}. A response is stored for {@code ttl_s}. The local store
 * drops no key before its time: if memory is short, it drops responses first, and then refuses new keys. Besides the
 * store, the policy holds one {@link Running} for each running exchange, and responses in transit, bounded by a
 * {@link Capacity}.
 */
final class IdempotencyPolicy implements Policy {
    private final IdempotencyParams params;
    private final Set<String> methods;
    private final Fingerprints fingerprints;
    private final Store store;
    private final PerExchange<Running> executions;
    private final Capacity room;
    private final ReplayRules rules;
    private final IdempotencyDenials denials;
    private final PolicyEnvironment env;

    /**
     * The execution of a request whose exchange is running.
     *
     * @param isAnswered true if the upstream has answered, that is, has run the request
     */
    private record Running(Execution execution, boolean isAnswered) {
        Running answered() {
            return new Running(execution, true);
        }
    }

    IdempotencyPolicy(
            IdempotencyParams params, Fingerprints fingerprints, Store store, Capacity room, PolicyEnvironment env) {
        this.params = params;
        this.methods = Set.copyOf(params.methods().values());
        this.fingerprints = fingerprints;
        this.store = store;
        this.room = room;
        this.rules = new ReplayRules(params.keepServerErrors());
        this.denials = IdempotencyDenials.of(params);
        this.env = env;
        this.executions = env.perExchange("runs", this::ended);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        if (!methods.contains(context.request().method())) {
            return RequestOutcome.unchanged();
        }
        return switch (IdempotencyKeyField.of(context.request().headers().getAll(params.header()))) {
            case IdempotencyKeyField.Absent() -> params.required() ? denials.missing() : RequestOutcome.unchanged();
            case IdempotencyKeyField.Malformed() -> denials.malformed();
            case IdempotencyKeyField.Key _ when !fingerprints.knowsOwner(context) -> denials.unclearOwner();
            case IdempotencyKeyField.Key(String key) ->
                fingerprints
                        .fingerprint(context)
                        .compose(print ->
                                begin(context, new Execution(fingerprints.slot(context, key), env.newId(), print)));
        };
    }

    private Future<RequestOutcome> begin(RequestContext context, Execution execution) {
        Duration lock = Duration.ofSeconds(params.lockTtlS());
        return store.run(
                        context.call(),
                        new BeginExecution(execution, Fingerprints.client(context), lock, env.passedDigest()))
                .compose(
                        found -> switch (found) {
                            case KeyLookup.Fresh() -> run(context, execution);
                            case KeyLookup.InProgress() -> denials.underWay();
                            case KeyLookup.OtherRequest() -> denials.otherRequest();
                            case KeyLookup.NotKept() -> denials.notKept();
                            // A response stored by an instance with a higher limit would fail here.
                            case KeyLookup.Answered(KeptAnswer answer)
                            when answer.body().length() > env.maxBodyBytes() -> denials.notKept();
                            case KeyLookup.Answered(KeptAnswer answer) -> RequestOutcome.respond(Replay.of(answer));
                        },
                        failure -> failed(execution, failure));
    }

    /**
     * Lets the request proceed. If its exchange has already ended, releases the key instead, since no end would be
     * reported.
     */
    private Future<RequestOutcome> run(RequestContext context, Execution execution) {
        if (context.call().cancellation().isCancelled()) {
            store.run(new ReleaseExecution(execution));
            return Future.failedFuture(new StoppedException());
        }
        executions.put(context.call(), new Running(execution, false));
        return RequestOutcome.proceed(List.of(execution.instruction()));
    }

    /**
     * Releases the key after a failed attempt to take it. The attempt may have succeeded in the store; then other
     * requests would wait for an execution that never runs. If the local store has no room for the key, the request is
     * always denied. Otherwise a client could disable the policy.
     */
    private Future<RequestOutcome> failed(Execution execution, Throwable failure) {
        store.run(new ReleaseExecution(execution));
        if (failure instanceof StoreException known
                && known.kind() == StoreException.Kind.OVERLOADED
                && !store.isShared()) {
            return denials.full();
        }
        if (!(failure instanceof StoreException known) || !known.isOfStore()) {
            return Future.failedFuture(failure);
        }
        return params.onStoreFailure() == OnStoreFailure.ALLOW ? RequestOutcome.unchanged() : denials.unavailable();
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        Execution execution = Execution.of(context.metadata());
        if (execution == null) {
            return ResponseOutcome.unchanged();
        }
        if (context.metadata().text(Denial.REFUSED) != null) {
            // The request was run, whatever the status of the replacement.
            return incomplete(context.call(), execution).transform(_ -> ResponseOutcome.unchanged());
        }
        if (rules.isFinal(context.response().status())) {
            executions.change(context.call(), Running::answered);
            return ResponseOutcome.unchanged();
        }
        executions.take(context.call());
        return store.run(new ReleaseExecution(execution)).transform(_ -> ResponseOutcome.unchanged());
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        Execution execution = Execution.of(context.metadata());
        int status = context.response().status();
        if (execution == null || !rules.isFinal(status) || context.metadata().text(Denial.REFUSED) != null) {
            return ChunkFilter.none();
        }
        HeaderMap headers = ReplayRules.kept(context.response().headers());
        boolean kept = ReplayRules.canBeKept(context.response(), headers);
        return new BodyCopy((int) Math.min(params.maxBodyBytes(), env.maxBodyBytes()), room, new BodyCopy.Taker() {
            @Override
            public Future<?> brokenOff() {
                return incomplete(context.call(), execution);
            }

            @Override
            public Future<?> ended(@Nullable Buffer body) {
                KeptAnswer answer = kept && body != null ? new KeptAnswer(status, headers, body) : null;
                return complete(context.call(), execution, answer);
            }
        });
    }

    /**
     * Keeps the key, but not the response, of a request whose response may be incomplete. The request has run, so it
     * must not run again after {@code lock_ttl_s}. If the configuration is to release such keys, they are released at
     * the end of the exchange.
     */
    private Future<Boolean> incomplete(Call call, Execution execution) {
        return params.onIncomplete() == OnIncomplete.RELEASE
                ? Future.succeededFuture(false)
                : complete(call, execution, null);
    }

    private Future<Boolean> complete(Call call, Execution execution, @Nullable KeptAnswer answer) {
        executions.take(call);
        return store.run(completed(execution, answer));
    }

    /** Returns the operation that keeps the key for {@code ttl_s}, with the response unless it is null. */
    private CompleteExecution completed(Execution execution, @Nullable KeptAnswer answer) {
        return new CompleteExecution(execution, answer, Duration.ofSeconds(params.ttlS()), env.passedDigest());
    }

    /**
     * Releases the key if the configuration requires it, or if the request was denied before the upstream answered.
     * Otherwise, if the upstream has answered, keeps the key for {@code ttl_s}.
     */
    private void ended(Running running, @Nullable ExchangeEnd end) {
        if (end == null) {
            return;
        }
        if (params.onIncomplete() == OnIncomplete.RELEASE || (end.deniedBy() != null && !running.isAnswered())) {
            store.run(new ReleaseExecution(running.execution()));
        } else if (running.isAnswered()) {
            store.run(completed(running.execution(), null));
        }
    }

    int underWay() {
        return executions.size();
    }
}
