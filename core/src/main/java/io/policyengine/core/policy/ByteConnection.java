package io.policyengine.core.policy;

import io.policyengine.core.callout.CalloutException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A connection to a {@link ByteTarget}, for one exchange at a time. Confined to the event loop that requested it. At
 * most one write and one read may be pending.
 *
 * <p>Futures fail with {@link CalloutException}, which also closes the connection. Deadlines are times of the {@link
 * io.policyengine.core.time.Ticker}; an earlier deadline of the {@link Call} takes precedence. A connection without
 * activity for ten seconds is closed, even during an exchange.
 */
public interface ByteConnection {
    /** The note that the previous exchange passed to {@link #keep}; empty for a new connection. */
    Optional<Object> kept();

    /**
     * Sends bytes and completes when more can be written. After a failure, bytes received earlier can still be read.
     */
    Future<Void> write(Buffer bytes, long deadlineNanos);

    /**
     * Returns the next bytes, at least one. Bytes that the server sent before it closed the connection can still be
     * read. The connection fails if more than 64 KiB are unread.
     */
    Future<Buffer> read(long deadlineNanos);

    /**
     * Makes the connection available for the next exchange, after an exchange that ended normally. If bytes arrived
     * while no read was pending, the connection is closed instead, because they may belong to another request.
     *
     * @param note passed to the next exchange, see {@link #kept}
     */
    void keep(Object note);

    /** Closes the connection now. Idempotent; no effect after {@link #keep}. */
    void close();

    /**
     * Closes the connection because of a malformed response, and returns the exception for it. The failure does not
     * count against the server, since a client's message may have caused it.
     */
    CalloutException malformed(String why);

    /**
     * Closes the connection because of an error of the server, such as a missing service, that no client's message can
     * cause. The server counts as unhealthy until an exchange succeeds. Returns the same kind of exception as
     * {@link #malformed}.
     */
    CalloutException refused(String why);
}
