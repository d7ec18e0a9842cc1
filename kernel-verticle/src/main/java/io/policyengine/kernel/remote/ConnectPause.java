package io.policyengine.kernel.remote;

import io.policyengine.core.time.DoublingPause;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The pause after a failed attempt to connect to a worker's replica, from 20 ms to 1 s. During the pause calls fail at
 * once. Confined to one event loop.
 */
final class ConnectPause {
    private final DoublingPause pause = new DoublingPause(Duration.ofMillis(20), Duration.ofSeconds(1));
    private long notBefore;

    ConnectPause(long now) {
        this.notBefore = now;
    }

    boolean isOn(long now) {
        return now - notBefore < 0;
    }

    void connected() {
        pause.reset();
    }

    void failed(long now) {
        notBefore = now + TimeUnit.MILLISECONDS.toNanos(pause.nextMillis());
    }
}
