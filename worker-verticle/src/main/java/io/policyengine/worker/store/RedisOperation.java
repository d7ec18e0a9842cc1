package io.policyengine.worker.store;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.worker.remote.Breaker;
import io.policyengine.worker.store.connection.ServerError;
import io.policyengine.worker.store.connection.StoreConnection;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a store, from the wait for a connection to the reply. The operation ends once: by the result, a
 * failure, its timeout, or the cancellation of its exchange. It is sent again only if the server reports that it has
 * done nothing, because the script is unknown or the slot has moved. Confined to one event loop.
 */
final class RedisOperation<T> implements ConnectionWaiter {
    /** Maximum number of redirections of one operation by the nodes of a cluster. */
    private static final int MAX_REDIRECTIONS = 5;

    private static final Duration PAUSE_OF_MIGRATION = Duration.ofMillis(10);
    private static final Request ASKING = Request.cmd(Command.ASKING);

    private final NodeContext nodes;
    private final Topology topology;
    private final RedisStore store;
    private final StoreKeys keys;
    private final StoreOperation<T> operation;
    private final String tag;
    private final Promise<T> promise;

    private ScriptRequest request;
    private int taken = -1;
    private @Nullable RedisNode node;
    private @Nullable Breaker admittedBy;
    private boolean hasOwnTime;
    private boolean isCutShort;
    private boolean isHeld;
    private boolean isOver;
    private boolean isAsking;
    private int redirections;
    private @Nullable StoreConnection sentOver;
    private DeadlineWheel.@Nullable Deadline deadline;
    private long deadlineNanos;
    private Cancellation.@Nullable Listening listening;

    RedisOperation(LoopStore loop, StoreKeys keys, StoreOperation<T> operation, Promise<T> promise) {
        this.nodes = loop.nodes();
        this.topology = loop.topology();
        this.store = loop.store();
        this.keys = keys;
        this.operation = operation;
        this.tag = StoreKeys.tag(operation.slot());
        this.promise = promise;
        this.request = ScriptRequest.byDigest(operation, keys, tag);
    }

    void begin(@Nullable Call call) {
        begin(call, store.config().timeout());
    }

    /** Begins the operation with this time limit, which applies in addition to the call's deadline. */
    void begin(@Nullable Call call, Duration limit) {
        long now = nodes.now();
        long own = limit.toNanos();
        long left = call == null ? own : call.deadlineNanos() - now;
        hasOwnTime = own <= left;
        deadlineNanos = now + Math.min(own, left);
        DependencyTime time = call == null ? null : call.cancellation().time();
        isCutShort = time != null && time.cutsShort(store, own);
        if (call != null && call.cancellation().isCancelled()) {
            fail(Kind.CANCELLED, "the exchange was cancelled");
        } else if (left <= 0) {
            fail(judged(late("the exchange has no time left for the operation")));
        } else if (store.isClosed()) {
            fail(Kind.UNREACHABLE, "it is closed");
        } else if (!store.take(request.bytes())) {
            fail(Kind.OVERLOADED, "too many operations wait for replies");
        } else {
            taken = request.bytes();
            deadline = nodes.wheel().add(deadlineNanos, this::late);
            if (call != null) {
                listening = call.cancellation()
                        .onCancelOfDependency(isCutShort, () -> fail(Kind.CANCELLED, "the exchange was cancelled"));
            }
            askOf(topology.of(tag));
        }
    }

    private void askOf(RedisNode owner) {
        if (isOver) {
            return;
        }
        node = owner;
        if (!owner.breaker().admit()) {
            topology.doubt();
            fail(Kind.BREAKER_OPEN, "too many consecutive failures: no operations are sent for a while");
            return;
        }
        admittedBy = owner.breaker();
        isHeld = true;
        owner.ask(this);
    }

    @Override
    public void connected(StoreConnection link) {
        if (isOver) {
            endHold();
            return;
        }
        sentOver = link;
        RedisNode at = node;
        if (isAsking) {
            link.send(ASKING);
        }
        link.send(request.request()).onComplete(reply -> replied(at, link, reply), cause -> failed(at, link, cause));
    }

    @Override
    public void unconnected(StoreException failure) {
        endHold();
        fail(failure); // the node has informed the breaker
    }

    private void replied(@Nullable RedisNode from, StoreConnection link, @Nullable Response reply) {
        endHold();
        if (from != null) {
            from.replied(link);
        }
        if (isOver) {
            return;
        }
        answered();
        try {
            T result = operation.result(Replies.of(store.name(), reply));
            end();
            promise.complete(result);
        } catch (StoreException malformed) {
            fail(malformed.kind(), "the reply does not match the script " + operation.script());
        } catch (RuntimeException bug) {
            end();
            promise.fail(bug);
        }
    }

    private void failed(@Nullable RedisNode from, StoreConnection link, Throwable cause) {
        endHold();
        ServerError error = ServerError.of(cause);
        if (from == null) {
            return;
        }
        if (error == null) {
            from.lost(link, "the connection was lost");
            fail(Kind.UNREACHABLE, "the connection was lost");
            return;
        }
        from.replied(link);
        if (!isOver) {
            refused(from, link, error);
        }
    }

    private void refused(RedisNode from, StoreConnection link, ServerError error) {
        switch (error.code()) {
            case "NOSCRIPT" -> {
                request = ScriptRequest.byText(operation, keys, tag);
                isHeld = true;
                connected(link);
            }
            case "MOVED", "ASK" -> redirect(link, error);
            case "TRYAGAIN" -> {
                answered();
                nodes.wheel().add(nodes.now() + PAUSE_OF_MIGRATION.toNanos(), () -> askOf(from));
            }
            default -> {
                StoreException failure = new StoreException(
                        Kind.REFUSED,
                        store.name(),
                        "the server replied with the error " + error.code() + error.remedy());
                if (error.isOfServer()) {
                    admittedBy = null;
                    nodes.breakers().missed(from.breaker(), failure);
                    topology.doubt();
                } else {
                    answered();
                }
                if (error.wantsAnotherConnection()) {
                    from.lost(link, "the server replied with the error " + error.code() + error.remedy());
                }
                fail(failure);
            }
        }
    }

    /** Follows a redirection: MOVED applies to all later operations on the slot, ASK only to this operation. */
    private void redirect(StoreConnection by, ServerError error) {
        answered();
        int space = error.details().indexOf(' ');
        if (++redirections > MAX_REDIRECTIONS || space < 0) {
            fail(Kind.REFUSED, "the nodes of the cluster redirect to each other");
            return;
        }
        isAsking = error.code().equals("ASK");
        askOf(topology.redirected(tag, error.details().substring(space + 1), by, !isAsking));
    }

    /** Reports to the breaker that the server has answered. */
    private void answered() {
        if (admittedBy != null) {
            admittedBy.succeeded();
            admittedBy = null;
        }
    }

    private void late() {
        if (isOver) {
            return;
        }
        RedisNode at = node;
        StoreConnection over = sentOver;
        if (at != null && over != null) {
            at.unanswered(over);
        }
        StoreException failure = late("no reply in time");
        boolean awaitsFirstConnection = over == null && at != null && at.isOpeningFirst();
        if (hasOwnTime && admittedBy != null && !awaitsFirstConnection) {
            nodes.breakers().missed(admittedBy, failure);
            admittedBy = null;
        }
        fail(judged(failure));
    }

    private StoreException late(String why) {
        return new StoreException(Kind.TIMEOUT, store.name(), why);
    }

    private StoreException judged(StoreException failure) {
        return isCutShort ? failure.cutShort() : failure;
    }

    private void fail(Kind kind, String why) {
        if (!isOver) {
            fail(new StoreException(kind, store.name(), why));
        }
    }

    private void fail(StoreException failure) {
        if (isOver) {
            return;
        }
        if (admittedBy != null) {
            admittedBy.abandoned();
        }
        end();
        promise.fail(failure);
    }

    /** Ends the operation for its caller. A node may still keep the operation until the reply arrives. */
    private void end() {
        isOver = true;
        if (deadline != null) {
            deadline.cancel();
        }
        if (listening != null) {
            listening.end();
        }
        release();
    }

    /** Records that no node keeps the operation any longer. */
    private void endHold() {
        isHeld = false;
        if (isOver) {
            release();
        }
    }

    private void release() {
        if (taken >= 0 && !isHeld) {
            store.giveBack(taken);
            taken = -1;
        }
    }
}
