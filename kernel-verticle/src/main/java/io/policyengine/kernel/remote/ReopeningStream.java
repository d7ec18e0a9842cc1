package io.policyengine.kernel.remote;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.vertx.Contexts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream to a replica that its first call opens, as does the first call after the stream is lost. A stream that
 * accepts no more calls continues in parallel until its calls and exchanges are over. Confined to its event loop.
 */
final class ReopeningStream<C extends CarriedCall> implements ClientStream.Owner<C> {
    private final SocketClient client;
    private final CallScope scope;
    private final ConnectPause pause;
    private final Consumer<List<C>> unsupported;
    private @Nullable ClientStream<C> stream;

    /** The streams that accept no more calls but have not ended. */
    private final List<ClientStream<C>> retiring = new ArrayList<>(1);

    /**
     * Creates a stream that is not open yet.
     *
     * @param unsupported receives the calls of a stream that the worker does not serve; the calls have not begun
     */
    ReopeningStream(SocketClient client, CallScope scope, ConnectPause pause, Consumer<List<C>> unsupported) {
        this.client = client;
        this.scope = scope;
        this.pause = pause;
        this.unsupported = unsupported;
    }

    /** Returns whether a stream is open or connecting. */
    boolean isOpen() {
        return stream != null;
    }

    ClientStream<C> open() {
        ClientStream<C> open = stream;
        if (open == null) {
            open = new ClientStream<>(scope, this);
            stream = open;
            Contexts.emit(scope.context(), open, it -> it.open(client));
        }
        return open;
    }

    void retire() {
        ClientStream<C> going = stream;
        if (going != null) {
            stream = null;
            retiring.add(going);
            going.retire();
        }
    }

    void exchangeEnded(ExchangeEnd end) {
        if (stream != null) {
            stream.exchangeEnded(end);
        }
        for (ClientStream<C> going : retiring) {
            going.exchangeEnded(end);
        }
    }

    void close() {
        ClientStream<C> closed = stream;
        if (closed != null) {
            closed.close();
        }
        List.copyOf(retiring).forEach(ClientStream::close);
    }

    @Override
    public void opened() {
        pause.connected();
    }

    @Override
    public void unreachable(ClientStream<C> unreached) {
        pause.failed(scope.now());
        gone(unreached);
    }

    @Override
    public void gone(ClientStream<C> ended) {
        if (ended.equals(stream)) {
            stream = null;
        }
        retiring.remove(ended);
    }

    @Override
    public void unsupported(ClientStream<C> refused, List<C> calls) {
        gone(refused);
        unsupported.accept(calls);
    }
}
