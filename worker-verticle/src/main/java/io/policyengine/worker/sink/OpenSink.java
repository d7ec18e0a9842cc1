package io.policyengine.worker.sink;

import io.policyengine.core.log.LogFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sink that entries use, with its queue and its thread. The thread starts with the first record. Thread-safe. */
final class OpenSink {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSink.class);

    private final String name;
    private final Feed feed;
    private final Delivery delivery;
    private final AtomicBoolean isBegun = new AtomicBoolean();
    private final AtomicBoolean isReleased = new AtomicBoolean();
    private final Promise<Void> ended = Promise.promise();

    OpenSink(String name, Feed feed, Delivery delivery) {
        this.name = name;
        this.feed = feed;
        this.delivery = delivery;
    }

    String name() {
        return name;
    }

    boolean offer(QueuedRecord queued) {
        boolean taken = feed.offer(queued);
        if (taken && !isBegun.get() && isBegun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("sink-" + name).start(this::runBlocking);
        }
        return taken;
    }

    private void runBlocking() {
        feed.begin();
        try {
            delivery.runBlocking(feed);
        } catch (RuntimeException | Error failed) {
            LOG.atError()
                    .addKeyValue(LogFields.SINK, name)
                    .setCause(failed)
                    .log("a sink has failed permanently: its queued and new records are lost");
            feed.failing("the sink has failed permanently: " + failed.getClass().getSimpleName());
        } finally {
            feed.end();
            release();
        }
    }

    private void release() {
        if (isReleased.compareAndSet(false, true)) {
            delivery.release();
            ended.tryComplete();
        }
    }

    /** Closes the sink. Queued records that are not delivered within this time are lost. */
    Future<Void> close(Duration within) {
        feed.close(within);
        if (isBegun.compareAndSet(false, true)) {
            feed.end();
            release();
        }
        return ended.future();
    }

    long queuedBytes() {
        return feed.heldBytes();
    }

    long spooledBytes() {
        return delivery.spooledBytes();
    }

    /** Returns the reason why the sink is unhealthy, for users, or null. */
    @Nullable
    String unwellBecause() {
        String failure = feed.failure();
        return failure == null ? null : "sink " + name + ": " + failure;
    }
}
