package io.policyengine.policies.content.virusscan.scanner;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * The scan of one content item. Futures fail with {@link io.policyengine.core.callout.CalloutException} if the scanner
 * does not answer. Deadlines are times of the {@link io.policyengine.core.time.Ticker}. Confined to one event loop. A
 * step must not begin before the previous one is complete.
 */
public interface Scan {
    /**
     * Scans the next bytes of the content. Returns an early verdict of the scanner, which is never
     * {@link ScanVerdict.Clean}; otherwise empty.
     */
    Future<Optional<ScanVerdict>> take(Buffer bytes, long deadlineNanos);

    /** Ends the content; returns the verdict. */
    Future<ScanVerdict> end(long deadlineNanos);

    /** Returns whether the scan holds a connection. */
    boolean isConnected();

    /** Closes the scan, whose verdict is no longer needed. */
    void close();
}
