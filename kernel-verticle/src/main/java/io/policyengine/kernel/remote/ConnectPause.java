package io.policyengine.kernel.remote;

import java.time.Duration;

/** How long nobody tries to connect after an attempt that failed: each time twice as long, up to a second. */
final class ConnectPause {
    private static final long FIRST = Duration.ofMillis(20).toNanos();
    private static final long LONGEST = Duration.ofSeconds(1).toNanos();

    private long pause = FIRST;
    private long notBefore;

    ConnectPause(long now) {
        this.notBefore = now;
    }

    boolean isOn(long now) {
        return now - notBefore < 0;
    }

    void connected() {
        pause = FIRST;
    }

    void failed(long now) {
        notBefore = now + pause;
        pause = Math.min(pause * 2, LONGEST);
    }
}
