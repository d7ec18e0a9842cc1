package io.policyengine.policies.content.virusscan.scanner;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * The scan of one content. Futures fail with {@link io.policyengine.core.callout.CalloutException} if the scanner does
 * not answer. Deadlines refer to the {@link io.policyengine.core.time.Ticker}. Belongs to one event loop; steps must
 * not overlap.
 */
public interface Scan {
    /** Takes the next bytes; returns an early verdict, which is never {@link ScanVerdict.Clean}, or empty. */
    Future<Optional<ScanVerdict>> take(Buffer bytes, long deadlineNanos);

    /** Ends the content; returns the verdict on it. */
    Future<ScanVerdict> end(long deadlineNanos);

    /** Returns whether the scan holds a connection. */
    boolean isConnected();

    /** Closes the scan, whose verdict is no longer needed. */
    void close();
}
