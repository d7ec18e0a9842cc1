package io.policyengine.kernel.extproc;

import io.policyengine.core.config.Priority;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.MessageKind;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits on an exchange's input: the time for a message to arrive, and the memory of header fields. The time starts
 * when the stream opens, or at the first byte of a message; further bytes do not extend it.
 */
final class Intake {
    /** Maximum header fields of one message from Envoy; Envoy itself accepts 100 by default. */
    static final int MAX_FIELDS = 10_000;

    /** While almost no more streams may be opened, a first message has 1/{@value} of the usual time to arrive. */
    private static final int CROWDED = 10;

    /**
     * Maximum bytes of a message's header fields for which no memory is reserved, because the exchange's slot covers
     * them.
     */
    private static final int UNCOUNTED_HEADERS = 4096;

    /** The interval at which an exchange that waits for memory looks for idle exchanges to end. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final LoopContext loop;
    private final EnvoyStream stream;
    private final EnvoyStream.Events exchange;
    private @Nullable MemoryReservation headers;
    /** The bytes of the reservation {@code headers} that are for metadata from Envoy. */
    private long metadata;

    private DeadlineWheel.@Nullable Deadline message;
    private DeadlineWheel.@Nullable Deadline room;
    private DeadlineWheel.@Nullable Deadline look;

    /**
     * Creates the intake of an open stream and starts the timer of its first message.
     *
     * @param exchange receives the report of a message that is invalid or arrives too late
     */
    Intake(LoopContext loop, EnvoyStream stream, EnvoyStream.Events exchange) {
        this.loop = loop;
        this.stream = stream;
        this.exchange = exchange;
        Duration time = loop.config().limits().messageArrivalTimeout();
        this.message = after(stream.isCrowded() ? time.dividedBy(CROWDED) : time, this::isLate);
    }

    /**
     * Checks at the first message whether there is capacity for the exchange. Returns the refusal if there is none,
     * else null.
     */
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
     * Reserves memory for a message's header fields and the metadata from Envoy that policies read. Returns false if no
     * memory is free. Ignores the metadata of a body message unless it is the last, because the last body message
     * repeats it.
     */
    boolean hold(MessageKind kind, EnvoyMessage received, ExchangeFacts facts) {
        if (kind == MessageKind.REQUEST_BODY || kind == MessageKind.RESPONSE_BODY) {
            return true;
        }
        facts.metadata().take(received);
        return holdHeaders(received) && holdMetadata(facts);
    }

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

    void releaseHeaders() {
        if (headers != null) {
            headers.release();
            metadata = 0;
        }
    }

    /** Starts the timer for the arrival of a message, unless it is already running. */
    void awaitMessage() {
        if (message == null) {
            message = after(loop.config().limits().messageArrivalTimeout(), this::isLate);
        }
    }

    private void isLate() {
        exchange.onInvalidMessage(
                GrpcStatus.DEADLINE_EXCEEDED,
                "a message did not arrive completely within limits.message_arrival_timeout_ms");
    }

    /**
     * Waits for memory for the rest of a message. Meanwhile the phase timeout replaces the message's arrival timeout.
     */
    void awaitRoom(Runnable none) {
        stop();
        room = after(loop.config().limits().phaseTimeout(), none);
        lookAgain();
    }

    /** Looks periodically for idle exchanges that can be ended, because more of them may have become idle. */
    private void lookAgain() {
        look = after(LOOK, () -> {
            stream.account().lookAgain();
            lookAgain();
        });
    }

    /** Stops all timers, because the message has arrived or is no longer expected. */
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
