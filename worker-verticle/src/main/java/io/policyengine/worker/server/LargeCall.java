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
     * Waits for room where there is none, then for the message.
     *
     * @param time for the message
     * @param reads takes up the request
     * @param refuses answers it where there was no room in time
     */
    void begin(Duration time, Runnable reads, Runnable refuses) {
        http.response().closeHandler(_ -> end());
        if (!bytes.isFull()) {
            read(time, reads);
            return;
        }
        http.pause();
        timer = vertx.setTimer(ROOM.toMillis(), _ -> {
            end();
            refuses.run();
            http.resume();
        });
        turn = bytes.await(() -> {
            vertx.cancelTimer(timer);
            read(time, reads);
            http.resume();
        });
    }

    private void read(Duration time, Runnable reads) {
        timer = vertx.setTimer(time.toMillis(), _ -> http.response().reset(CANCEL));
        reads.run();
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
