package io.policyengine.it.simulation.net;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** In place of threads for what blocks: runs it on the event loop, in a turn of its own. */
final class VirtualExecutor extends AbstractExecutorService {
    private final VirtualLoop loop;
    private boolean shutdown;

    VirtualExecutor(VirtualLoop loop) {
        this.loop = loop;
    }

    @Override
    public void execute(Runnable command) {
        loop.execute(command);
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
