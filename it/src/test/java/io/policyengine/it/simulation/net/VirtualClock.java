package io.policyengine.it.simulation.net;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;

/** Time that passes only when {@link VirtualLoop} says so; the same for Netty's timers and for the engine's deadlines. */
final class VirtualClock implements Ticker, io.policyengine.core.time.Ticker {
    private long now;

    @Override
    public long initialNanoTime() {
        return 0;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void sleep(long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing sleeps on simulated time");
    }

    void advance(long nanos) {
        now += nanos;
    }
}
