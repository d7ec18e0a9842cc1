package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.worker.remote.Breaker;
import io.policyengine.worker.store.connection.StoreConnection;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server on one event loop, with one connection. The connection is opened on demand, and abandoned if it is lost or
 * silent. After a loss, operations fail at once during a pause with jitter, which doubles with each loss.
 *
 * <p>Bounded by {@link RedisStore#take}, which counts the operations that wait for the connection. Confined to one
 * event loop.
 */
final class RedisNode {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    /** Maximum pause before another attempt to connect to a node. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(1_500);

    /** The time without a reply after which a connection with a timed-out command is abandoned. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final NodeContext loop;
    private final String name;
    private final Breaker breaker;
    private final Supplier<Future<StoreConnection>> opener;
    private final Runnable doubt;
    private final ArrayDeque<ConnectionWaiter> waiting = new ArrayDeque<>();

    private @Nullable StoreConnection link;
    private boolean isOpening;
    private boolean isClosed;
    private long pause = FIRST_PAUSE.toNanos();
    private long pausedUntil;
    private @Nullable StoreException loss;
    private long replies;
    private DeadlineWheel.@Nullable Deadline watch;

    /**
     * Creates the node of a server; {@code doubt} runs after each failure that may result from a change of the store's
     * servers.
     */
    RedisNode(NodeContext loop, String name, Supplier<Future<StoreConnection>> opener, Runnable doubt) {
        this.loop = loop;
        this.name = name;
        this.breaker = loop.breakers().of(name);
        this.opener = opener;
        this.doubt = doubt;
    }

    String name() {
        return name;
    }

    Breaker breaker() {
        return breaker;
    }

    boolean isConnected() {
        return link != null;
    }

    /**
     * Returns whether the node's first connection is being opened. A timeout during this time shows nothing about the
     * server, because the connection attempt itself succeeds or fails.
     */
    boolean isOpeningFirst() {
        return isOpening && loss == null && replies == 0;
    }

    /**
     * Passes the connection to the waiter, now or once the connection is open. During a pause, passes the last failure
     * instead.
     */
    void ask(ConnectionWaiter who) {
        StoreConnection open = link;
        if (open != null) {
            who.connected(open);
        } else if (isOpening) {
            waiting.add(who);
        } else if (isClosed || loop.now() - pausedUntil < 0) {
            StoreException last = loss;
            who.unconnected(last != null ? last : new StoreException(Kind.UNREACHABLE, loop.store(), "it is closed"));
        } else {
            waiting.add(who);
            open();
        }
    }

    private void open() {
        isOpening = true;
        loop.run(() -> opener.get().onComplete(this::opened, this::notOpened));
    }

    private void opened(StoreConnection opened) {
        isOpening = false;
        if (isClosed) {
            opened.close();
            failWaiting(new StoreException(Kind.UNREACHABLE, loop.store(), "it is closed"));
            return;
        }
        link = opened;
        opened.onEnd(() -> lost(opened, "the connection was lost"));
        for (ConnectionWaiter next = waiting.poll(); next != null; next = waiting.poll()) {
            next.connected(opened);
        }
    }

    private void notOpened(Throwable cause) {
        isOpening = false;
        StoreException failure = cause instanceof StoreException known
                ? known
                : new StoreException(Kind.UNREACHABLE, loop.store(), String.valueOf(cause.getMessage()));
        missed(failure);
        failWaiting(failure);
    }

    private void failWaiting(StoreException failure) {
        for (ConnectionWaiter next = waiting.poll(); next != null; next = waiting.poll()) {
            next.unconnected(failure);
        }
    }

    /** Abandons a lost connection. The next connection may lead to another server. */
    void lost(StoreConnection which, String why) {
        if (!which.equals(link)) {
            return;
        }
        link = null;
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        missed(new StoreException(Kind.UNREACHABLE, loop.store(), why));
        which.close();
    }

    private void missed(StoreException failure) {
        if (isClosed) {
            return;
        }
        loss = failure;
        long jittered = ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
        pausedUntil = loop.now() + jittered;
        pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
        loop.breakers().missed(breaker, failure);
        doubt.run();
    }

    void replied(StoreConnection which) {
        if (which.equals(link)) {
            replies++;
            pause = FIRST_PAUSE.toNanos();
        }
    }

    /** Records that a command on this connection was not answered in time. */
    void unanswered(StoreConnection which) {
        if (which.equals(link) && watch == null) {
            long before = replies;
            watch = loop.wheel().add(loop.now() + SILENCE.toNanos(), () -> {
                watch = null;
                if (replies == before) {
                    lost(which, "the server does not reply");
                }
            });
        }
    }

    /** Closes the connection. Running operations fail. */
    void close() {
        isClosed = true;
        StoreConnection open = link;
        if (open != null) {
            lost(open, "it is closed");
        }
    }
}
