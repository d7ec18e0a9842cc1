package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server with a byte protocol, used by one exchange after another. Confined to the event loop that
 * opened it; other threads access it through {@link #run}.
 *
 * <p>Unread bytes are bounded. If bytes arrive before a read, they could be mistaken for the answer to the next
 * exchange, so the connection is not used again. The slot of the current exchange is released exactly once: when the
 * connection is kept, closed, or lost.
 */
final class ByteSocket {
    /** Maximum number of unread bytes of a connection; beyond it, the connection is closed. */
    private static final int MAX_UNREAD = 64 << 10;

    private static final Buffer NOTHING = Buffer.buffer();

    private final ByteClient client;
    private final NetSocket socket;
    private final Context context;
    private Buffer unread = NOTHING;
    private boolean inUse = true;
    /** True if bytes arrived before a read. They may answer an earlier request, so the connection is not used again. */
    private boolean isOutOfStep;

    private boolean isClosed;
    private @Nullable CalloutException why;
    private @Nullable Promise<Buffer> reader;
    private @Nullable Promise<Void> writer;
    private @Nullable Object note;
    private long timer = -1;
    private long usedNanos;

    ByteSocket(ByteClient client, NetSocket socket, Context context) {
        this.client = client;
        this.socket = socket;
        this.context = context;
        this.usedNanos = client.ticker().nanoTime();
        socket.handler(this::came);
        socket.closeHandler(_ -> closed());
        socket.exceptionHandler(_ -> socket.close());
        watchIdle();
    }

    /** Runs a task on the connection's event loop, immediately if the caller is on this event loop. */
    void run(Runnable task) {
        try {
            Contexts.execute(context, task);
        } catch (RejectedExecutionException stopped) {
            socket.close(); // the worker is stopping, and nothing waits any more
        }
    }

    /** Marks the connection as used by an exchange. Returns false if the connection was lost while idle. */
    boolean begin() {
        if (isClosed) {
            return false;
        }
        inUse = true;
        touch();
        return true;
    }

    Optional<Object> note() {
        return Optional.ofNullable(note);
    }

    void write(Buffer bytes, long deadlineNanos, Promise<Void> done) {
        touch();
        if (isClosed) {
            done.fail(failure());
            return;
        }
        writer = done;
        long late = limit(deadlineNanos, () -> end(timeOut("the server accepts no more bytes")));
        done.future().onComplete(_ -> client.vertx().cancelTimer(late));
        socket.write(bytes)
                .onComplete(
                        _ -> {
                            writer = null;
                            touch();
                            done.tryComplete();
                        },
                        _ -> {
                            socket.close();
                            done.tryFail(failure());
                        });
    }

    void read(long deadlineNanos, Promise<Buffer> next) {
        touch();
        if (unread.length() > 0) {
            Buffer all = unread;
            unread = NOTHING;
            next.complete(all);
        } else if (isClosed) {
            next.fail(failure());
        } else {
            reader = next;
            long late = limit(deadlineNanos, () -> end(timeOut("no answer in time")));
            next.future().onComplete(_ -> client.vertx().cancelTimer(late));
        }
    }

    /** Ends the current exchange's use of the connection, and makes it available to the next exchange. */
    void keep(Object forNext) {
        if (isClosed || !inUse || isOutOfStep) {
            end(lost());
            return;
        }
        note = forNext;
        inUse = false;
        touch();
        client.putIdle(this);
        client.places().giveBack();
    }

    void end(CalloutException reason) {
        if (why == null) {
            why = reason;
        }
        socket.close();
        closed();
    }

    private void came(Buffer bytes) {
        if (!inUse) {
            socket.close();
            return;
        }
        Promise<Buffer> waiting = reader;
        if (waiting != null) {
            reader = null;
            touch();
            waiting.tryComplete(bytes);
        } else if (bytes.length() > MAX_UNREAD - unread.length()) {
            end(new CalloutException(
                    Kind.TOO_LARGE, client.name(), "the server sends more bytes than the policy" + " reads"));
        } else {
            isOutOfStep = true;
            unread = Buffer.buffer().appendBuffer(unread).appendBuffer(bytes);
        }
    }

    private void closed() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        client.vertx().cancelTimer(timer);
        if (inUse) {
            inUse = false;
            client.places().giveBack();
        } else {
            client.dropIdle(this);
        }
        Promise<Buffer> reading = reader;
        reader = null;
        if (reading != null) {
            reading.tryFail(failure());
        }
        Promise<Void> writing = writer;
        writer = null;
        if (writing != null) {
            writing.tryFail(failure());
        }
    }

    private CalloutException failure() {
        return why == null ? lost() : why;
    }

    private CalloutException lost() {
        return new CalloutException(Kind.UNREACHABLE, client.name(), "the connection was lost");
    }

    private CalloutException timeOut(String what) {
        return new CalloutException(Kind.TIMEOUT, client.name(), what);
    }

    private long limit(long deadlineNanos, Runnable late) {
        return Contexts.setTimer(context, millis(deadlineNanos - client.ticker().nanoTime()), _ -> late.run());
    }

    /** Converts nanoseconds to milliseconds for a timer; at least one. */
    static long millis(long nanos) {
        return Math.max(1, Duration.ofNanos(nanos).plusNanos(999_999).toMillis());
    }

    private void touch() {
        usedNanos = client.ticker().nanoTime();
    }

    private void watchIdle() {
        timer = Contexts.setTimer(context, client.idleTime().toMillis(), _ -> {
            boolean waits = reader != null || writer != null;
            if (!waits
                    && client.ticker().nanoTime() - usedNanos
                            >= client.idleTime().toNanos()) {
                // An exchange that sends nothing waits for the message, so its end is no failure of the server.
                end(new CalloutException(
                        Kind.DEADLINE_EXCEEDED,
                        client.name(),
                        "the connection was closed, since the exchange did not use it for too long"));
            } else {
                watchIdle();
            }
        });
    }
}
