package io.policyengine.core.policy;

import io.policyengine.core.callout.CalloutException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A connection to a {@link ByteTarget}, for one exchange at a time. Confined to the event loop that requested it; at
 * most one write and one read are pending.
 *
 * <p>Futures fail with {@link CalloutException}, which closes the connection. Deadlines are on the {@link
 * io.policyengine.core.time.Ticker}; the call's applies if it is earlier. A connection without activity for ten seconds
 * is closed: neither a paused client nor an idle server keeps it.
 */
public interface ByteConnection {
    /** The note that the previous exchange left with {@link #keep}; empty for a new connection. */
    Optional<Object> kept();

    /** Sends bytes; completes when there is room for more. After a failure, earlier input is still readable. */
    Future<Void> write(Buffer bytes, long deadlineNanos);

    /**
     * Returns the next bytes, at least one. Bytes sent before the server closed can still be read. Unread bytes are
     * bounded: beyond 64 KiB the connection fails.
     */
    Future<Buffer> read(long deadlineNanos);

    /**
     * Returns the connection for the next exchange, after an exchange that ended normally. If bytes arrived while no
     * read was pending, it is closed, since requests and responses may be out of step.
     *
     * @param note for the next exchange
     */
    void keep(Object note);

    /** Closes the connection now. Idempotent; no effect after {@link #keep}. */
    void close();

    /** Closes the connection because of a malformed answer, which counts as a failure of the server. */
    CalloutException malformed(String why);
}
