package io.policyengine.kernel.extproc;

import io.policyengine.core.config.Priority;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.MessageKind;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits on an exchange's input: the time for a message to arrive, and the memory of header fields. The time runs
 * from the opening of the stream, or from the first byte of a message, and no further byte extends it.
 */
final class Intake {
    /** The most header fields of one message; Envoy itself accepts 100 by default. */
    static final int MAX_FIELDS = 10_000;

    /** The divisor of the time for the first message while almost no more streams may be opened. */
    private static final int CROWDED = 10;

    /** The bytes of a message's header fields that the slot of {@code limits.max_exchanges} covers. */
    private static final int UNCOUNTED_HEADERS = 4096;

    /** The interval at which an exchange that waits for room searches for idle exchanges to end. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final LoopContext loop;
    private final EnvoyStream stream;
    private final EnvoyStream.Events exchange;
    private @Nullable Held headers;
    /** The bytes of Envoy's metadata among those of {@code headers}. */
    private long metadata;

    private DeadlineWheel.@Nullable Deadline message;
    private DeadlineWheel.@Nullable Deadline room;
    private DeadlineWheel.@Nullable Deadline look;

    /**
     * Creates the intake of an open stream and starts the timer of its first message.
     *
     * @param exchange receives a message that times out as an invalid one
     */
    Intake(LoopContext loop, EnvoyStream stream, EnvoyStream.Events exchange) {
        this.loop = loop;
        this.stream = stream;
        this.exchange = exchange;
        Duration time = loop.config().limits().messageArrivalTimeout();
        this.message = after(stream.isCrowded() ? time.dividedBy(CROWDED) : time, this::isLate);
    }

    /** The refusal of an exchange without room, by its first message, or null. */
    @Nullable
    Refusal refusalOf(EnvoyMessage first, ExchangeFacts facts, Lease lease) {
        Overload overload = overloadOf(first, facts, lease);
        if (overload == null) {
            return null;
        }
        loop.shared().meters().refused(facts.priority(), overload);
        return overload.refusal();
    }

    private @Nullable Overload overloadOf(EnvoyMessage first, ExchangeFacts facts, Lease lease) {
        Priority priority = facts.priority();
        String client = facts.originalRequest().clientAddress();
        if (!loop.limit().admits(priority, facts.configuredRoute(), client, first.size())) {
            return Overload.ADAPTIVE;
        }
        if (!lease.place(priority)) {
            return Overload.EXCHANGES;
        }
        if (!lease.share(priority, facts.configuredRoute(), client, stream)) {
            return Overload.SHARE;
        }
        return lease.hasRoom(priority) && holdHeaders(first) && holdMetadata(facts) ? null : Overload.BYTES;
    }

    /**
     * Reserves memory for a message's header fields and the metadata from Envoy that policies read; returns false if
     * there is none. Ignores metadata of a body message that is not the last, since the last one repeats it.
     */
    boolean hold(MessageKind kind, EnvoyMessage received, ExchangeFacts facts) {
        if (kind == MessageKind.REQUEST_BODY || kind == MessageKind.RESPONSE_BODY) {
            return true;
        }
        facts.metadata().take(received);
        return holdHeaders(received) && holdMetadata(facts);
    }

    /** Reserves memory for header fields beyond the bytes that the slot covers. */
    private boolean holdHeaders(EnvoyMessage received) {
        long bytes = EnvoyReader.headerBytes(received);
        return bytes <= UNCOUNTED_HEADERS || holdMore(bytes);
    }

    private boolean holdMetadata(ExchangeFacts facts) {
        String ignored = facts.metadata().newlyIgnored();
        if (ignored != null) {
            loop.shared().meters().metadataIgnored();
            loop.shared().log().ignoredMetadata(facts, ignored);
        }
        long more = facts.metadata().size() - metadata;
        if (more <= 0) {
            return true;
        }
        metadata += more;
        return holdMore(more);
    }

    private boolean holdMore(long bytes) {
        if (headers != null) {
            return headers.add(bytes);
        }
        headers = stream.account().hold(Holder.HEADERS, bytes);
        return headers != null;
    }

    void letGoHeaders() {
        if (headers != null) {
            headers.release();
            metadata = 0;
        }
    }

    /** Starts the timer of a message, unless it runs already. */
    void awaitMessage() {
        if (message == null) {
            message = after(loop.config().limits().messageArrivalTimeout(), this::isLate);
        }
    }

    private void isLate() {
        exchange.onInvalidMessage(
                GrpcStatus.DEADLINE_EXCEEDED,
                "a message that had not arrived in full after limits.message_arrival_timeout_ms");
    }

    /** Waits for memory for the rest of a message, for at most a phase instead of the message's own timeout. */
    void awaitRoom(Runnable none) {
        stop();
        room = after(loop.config().limits().phaseTimeout(), none);
        lookAgain();
    }

    /** Searches periodically for exchanges to end, since others may be idle by then. */
    private void lookAgain() {
        look = after(LOOK, () -> {
            stream.account().lookAgain();
            lookAgain();
        });
    }

    /** Stops all timers: the message has arrived, or is no longer awaited. */
    void stop() {
        if (message != null) {
            message.cancel();
            message = null;
        }
        if (room != null) {
            room.cancel();
            room = null;
        }
        if (look != null) {
            look.cancel();
            look = null;
        }
    }

    private DeadlineWheel.Deadline after(Duration time, Runnable then) {
        return loop.deadlines().add(loop.ticker().nanoTime() + time.toNanos(), then);
    }
}
