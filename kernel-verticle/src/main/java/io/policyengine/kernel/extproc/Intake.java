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
 * The bounds of what an exchange takes in: the time that a message may take to come, and the room that header fields hold. The time
 * begins when the stream is opened, or with the message's first byte, and no byte in between renews it.
 */
final class Intake {
    /** Header fields of one message at most; Envoy itself takes 100 by default. */
    static final int MAX_FIELDS = 10_000;

    /** The divisor of the time for a message: the first one has only that part of it while almost no more streams may be opened. */
    private static final int CROWDED = 10;

    /** The memory of a message's header fields that its place among {@code limits.max_exchanges} covers, in bytes. */
    private static final int UNCOUNTED_HEADERS = 4096;

    /** The time after which an exchange that waits for room looks for others that hold it and do not move. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final LoopContext loop;
    private final EnvoyStream stream;
    private final EnvoyStream.Events exchange;
    private @Nullable Held headers;
    /** The bytes of Envoy's metadata that are held among them. */
    private long metadata;

    private DeadlineWheel.@Nullable Deadline message;
    private DeadlineWheel.@Nullable Deadline room;
    private DeadlineWheel.@Nullable Deadline look;

    /**
     * The intake of a stream that was opened: the first message is awaited.
     *
     * @param exchange hears of a message that has not come in its time as of an invalid one
     */
    Intake(LoopContext loop, EnvoyStream stream, EnvoyStream.Events exchange) {
        this.loop = loop;
        this.stream = stream;
        this.exchange = exchange;
        Duration time = loop.config().limits().messageArrivalTimeout();
        this.message = after(stream.isCrowded() ? time.dividedBy(CROWDED) : time, this::isLate);
    }

    /** The reason why there is no room for an exchange, by its first message; null if there is. */
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
     * Reserves memory for what is kept of a message besides its body: its header fields, and the metadata of Envoy's
     * that policies read; false if there is none. Metadata within a body is ignored: it comes with the last chunk, too.
     */
    boolean hold(MessageKind kind, EnvoyMessage received, ExchangeFacts facts) {
        if (kind == MessageKind.REQUEST_BODY || kind == MessageKind.RESPONSE_BODY) {
            return true;
        }
        facts.metadata().take(received);
        return holdHeaders(received) && holdMetadata(facts);
    }

    /** Reserves memory for header fields beyond what its slot covers. */
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

    /** Gives back the room of the header fields and the metadata: nothing looks at them any more. */
    void letGoHeaders() {
        if (headers != null) {
            headers.release();
            metadata = 0;
        }
    }

    /** A message is to come, or the rest of one; the clock may run already. */
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

    /** The rest of the message waits for room, for as long as a phase may last; the time is ours and not Envoy's. */
    void awaitRoom(Runnable none) {
        stop();
        room = after(loop.config().limits().phaseTimeout(), none);
        lookAgain();
    }

    /** Looks again after a while: others that hold room may be at rest by then. */
    private void lookAgain() {
        look = after(LOOK, () -> {
            stream.account().lookAgain();
            lookAgain();
        });
    }

    /** Stops the timer: the message has arrived, or is no longer awaited. */
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
