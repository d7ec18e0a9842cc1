package io.policyengine.policies.content.virusscan.scanner;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * The scan of one content. Futures fail with {@link io.policyengine.core.callout.CalloutException} where the scanner does not answer; the
 * deadlines are on the {@link io.policyengine.core.time.Ticker}. Belongs to one event loop; one step is under way at a time.
 */
public interface Scan {
    /** Hands over the next bytes; gives the verdict if there is one before the end, which is never {@link ScanVerdict.Clean}. */
    Future<Optional<ScanVerdict>> take(Buffer bytes, long deadlineNanos);

    /** The verdict on all that was taken. */
    Future<ScanVerdict> end(long deadlineNanos);

    /** True while it keeps a connection. */
    boolean isConnected();

    /** Nobody wants the verdict any more; once is enough. */
    void close();
}
