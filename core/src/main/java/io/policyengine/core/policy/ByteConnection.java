package io.policyengine.core.policy;

import io.policyengine.core.callout.CalloutException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A connection to a {@link ByteTarget}, for one exchange at a time. Belongs to the event loop that asked for it; at most one write and one read
 * are under way.
 *
 * <p>Futures fail with {@link CalloutException}, and the connection is closed then. The deadlines are on the {@link
 * io.policyengine.core.time.Ticker}; that of the call counts if it is earlier. A connection to which nobody does anything for ten seconds is
 * closed: neither a client that pauses nor an idle server keeps it.
 */
public interface ByteConnection {
    /** The note that the exchange before has left with {@link #keep}; empty for a new connection. */
    Optional<Object> kept();

    /** Sends bytes; completes when there is room for more. After a failure, what the server said before can still be read. */
    Future<Void> write(Buffer bytes, long deadlineNanos);

    /**
     * The next bytes that have come, at least one. What came before the server closed can be read after it has; what nobody reads is bounded:
     * beyond 64 KiB the connection fails.
     */
    Future<Buffer> read(long deadlineNanos);

    /**
     * Gives it back for the next exchange. Only after an exchange that has ended as its protocol says; if bytes came before a read was under
     * way, it is closed all the same, since questions and answers may be out of step.
     *
     * @param note for the next exchange
     */
    void keep(Object note);

    /** Ends it, now: nobody gets it again. Once is enough; nothing happens after {@link #keep}. */
    void close();

    /** Ends it, since what the server answers makes no sense: that counts as a failure of the server. */
    CalloutException malformed(String why);
}
