package io.policyengine.kernel.remote;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One of a link's {@code Exchange} streams, opened by the first call and again by the first call after it was lost. Confined to its
 * event loop.
 */
final class Lane<C extends CarriedCall> implements CallStream.Owner<C> {
    private final SocketClient client;
    private final CallScope scope;
    private final ConnectPause pause;
    private final Consumer<List<C>> unsupported;
    private @Nullable CallStream<C> stream;

    /**
     * A lane without a stream.
     *
     * @param unsupported takes the calls of a stream that the worker does not serve; they have not begun
     */
    Lane(SocketClient client, CallScope scope, ConnectPause pause, Consumer<List<C>> unsupported) {
        this.client = client;
        this.scope = scope;
        this.pause = pause;
        this.unsupported = unsupported;
    }

    /** Whether there is a stream, or will be. */
    boolean isOpen() {
        return stream != null;
    }

    /** The stream for the next call. */
    CallStream<C> open() {
        CallStream<C> open = stream;
        if (open == null) {
            open = new CallStream<>(scope.context(), this);
            stream = open;
            scope.context().emit(open, it -> it.open(client));
        }
        return open;
    }

    /** The worker is going away: calls under way finish. */
    void retire() {
        CallStream<C> retiring = stream;
        if (retiring != null) {
            retiring.retire();
        }
    }

    /** Calls under way fail. */
    void close() {
        CallStream<C> closed = stream;
        if (closed != null) {
            closed.close();
        }
    }

    @Override
    public void opened() {
        pause.connected();
    }

    @Override
    public void unreachable(CallStream<C> unreached) {
        pause.failed(scope.now());
        gone(unreached);
    }

    @Override
    public void gone(CallStream<C> ended) {
        if (ended.equals(stream)) {
            stream = null;
        }
    }

    @Override
    public void unsupported(CallStream<C> refused, List<C> calls) {
        gone(refused);
        unsupported.accept(calls);
    }
}
