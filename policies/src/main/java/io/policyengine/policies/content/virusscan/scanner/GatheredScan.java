package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scan that collects 64 KiB before it connects, so that a slow body does not occupy a connection. Holds less than 128
 * KiB.
 */
abstract class GatheredScan implements Scan {
    private static final int GATHERED = 64 << 10;
    private static final Optional<ScanVerdict> UNDECIDED = Optional.empty();

    private final ByteTarget target;
    private final Call call;
    private Buffer gathered = Buffer.buffer();
    private @Nullable ByteConnection connection;
    private @Nullable ScanVerdict verdict;
    private boolean isClosed;

    GatheredScan(ByteTarget target, Call call) {
        this.target = target;
        this.call = call;
    }

    /** Sends the collected bytes; returns the verdict if the scanner needs no more of the content. */
    abstract Future<Optional<ScanVerdict>> send(ByteConnection to, Buffer bytes, long deadlineNanos);

    /** Sends the last bytes, if any, and the end of the content; returns the verdict. */
    abstract Future<ScanVerdict> finish(ByteConnection to, Buffer bytes, long deadlineNanos);

    @Override
    public final Future<Optional<ScanVerdict>> take(Buffer bytes, long deadlineNanos) {
        if (verdict != null) {
            return Future.succeededFuture(UNDECIDED);
        }
        gathered.appendBuffer(bytes);
        if (gathered.length() < GATHERED) {
            return Future.succeededFuture(UNDECIDED);
        }
        Buffer out = gathered;
        gathered = Buffer.buffer();
        return connected(deadlineNanos)
                .compose(to -> send(to, out, deadlineNanos))
                .map(this::early);
    }

    /**
     * Stores a verdict that arrives before the end of the content; no more bytes are sent. A clean verdict is returned
     * only at the end of the content.
     */
    private Optional<ScanVerdict> early(Optional<ScanVerdict> decided) {
        verdict = decided.orElse(null);
        return decided.filter(known -> !(known instanceof ScanVerdict.Clean));
    }

    @Override
    public final Future<ScanVerdict> end(long deadlineNanos) {
        if (verdict != null) {
            return Future.succeededFuture(verdict);
        }
        if (connection == null && gathered.length() == 0) {
            return Future.succeededFuture(ScanVerdict.CLEAN);
        }
        return connected(deadlineNanos).compose(to -> finish(to, gathered, deadlineNanos));
    }

    private Future<ByteConnection> connected(long deadlineNanos) {
        ByteConnection there = connection;
        if (there != null) {
            return Future.succeededFuture(there);
        }
        return target.connect(call, deadlineNanos).map(opened -> {
            connection = opened;
            if (isClosed) {
                opened.close();
            }
            return opened;
        });
    }

    @Override
    public final boolean isConnected() {
        return connection != null && verdict == null;
    }

    @Override
    public final void close() {
        isClosed = true;
        if (connection != null) {
            connection.close();
        }
    }
}
