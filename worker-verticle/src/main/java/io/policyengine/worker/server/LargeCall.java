package io.policyengine.worker.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that is sent by itself, since its message is large. It is read once there is room, counts what its message and its answer take until it
 * is over, and has a limited time to arrive. Confined to its event loop.
 */
final class LargeCall implements CallSize {
    /** CANCEL (RFC 9113 §7). */
    private static final long CANCEL = 8;

    /** The most time that a call waits for room. */
    private static final Duration ROOM = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final HeldBytes bytes;
    private HeldBytes.@Nullable Turn turn;
    private long timer;
    private long taken;
    private boolean over;

    LargeCall(Vertx vertx, HttpServerRequest http, HeldBytes bytes) {
        this.vertx = vertx;
        this.http = http;
        this.bytes = bytes;
    }

    /**
     * Waits for room, then for the message.
     *
     * @param largest bytes of a message
     * @param time for the message
     * @param reads takes up the request
     * @param refuses answers it where there was no room in time
     */
    void begin(long largest, Duration time, Runnable reads, Runnable refuses) {
        http.pause();
        http.response().closeHandler(_ -> end());
        timer = vertx.setTimer(ROOM.toMillis(), _ -> {
            end();
            go(refuses);
        });
        turn = bytes.await(largest, granted -> {
            taken = granted;
            vertx.cancelTimer(timer);
            timer = vertx.setTimer(time.toMillis(), _ -> http.response().reset(CANCEL));
            go(reads);
        });
    }

    private void go(Runnable handler) {
        handler.run();
        http.resume();
    }

    @Override
    public void arrived(int length) {
        vertx.cancelTimer(timer);
        resize(length);
    }

    @Override
    public void answered(int length) {
        resize(taken + length);
    }

    private void resize(long now) {
        if (!over) {
            long before = taken;
            taken = now;
            bytes.take(now);
            bytes.give(before);
        }
    }

    /** Answered, reset, or lost with its connection: gives everything back. */
    private void end() {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            if (turn != null) {
                turn.giveUp();
            }
            bytes.give(taken);
        }
    }
}
