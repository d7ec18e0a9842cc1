package io.policyengine.kernel.grpc;

import com.google.protobuf.ByteString;
import io.policyengine.core.vertx.ByteBufs;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a gRPC call on an HTTP/2 server. Confined to the call's event loop.
 *
 * <p>Buffering is bounded: a message above 8 KiB reserves memory of the {@link MemoryAccount} as its bytes arrive,
 * until {@link Held#release} or the end of the call. The number of calls bounds smaller ones. When the budget is
 * exhausted, the call is paused and HTTP/2 flow control applies: Vert.x then holds at most the stream window, and this
 * class one frame.
 */
public final class GrpcRequest {
    /** The most bytes of a message that is not counted. */
    private static final int UNCOUNTED = 8 * 1024;

    private final HttpServerRequest request;
    private final Context context;
    private final ExchangeAccount account;
    private final long maxMessageBytes;
    private final Events events;
    private final Deframer deframer = new Deframer();
    /** True while the application has paused delivery. */
    private boolean paused;
    /** True while memory is awaited. */
    private boolean waiting;
    /** True while Vert.x is paused. */
    private boolean stopped;
    /** True if everything that arrives is dropped. */
    private boolean discarding;

    private boolean reading;
    /** The reservation of the incomplete message; null between messages. */
    private @Nullable Held gathering;

    /** The events of a request, all on its event loop. */
    public interface Events extends ExchangeAccount.Owner {
        /** Handles a message without its prefix. Its bytes never change, and may be a view of a larger buffer. */
        void onMessage(ByteString message, Held held);

        /** Reports bytes that are not gRPC, or too many; nothing more is read. */
        void onInvalid(GrpcStatus status, String problem);

        /** Reports that the next message waits for memory, unless {@link GrpcRequest#discard} is called. */
        void onShortage();

        /** Reports that the message exceeds a share; it continues unless {@link GrpcRequest#discard} is called. */
        void onUnfairShare();

        /** Reports that the rest of a message is due from the peer. May be called again before it is complete. */
        void onHalfMessage();

        /** Reports the peer's half-close one turn later, since the peer may have reset the call in the same read. */
        void onHalfClose();
    }

    /** Creates a request; {@link #listen} must be called in the turn in which it arrives. */
    public GrpcRequest(
            HttpServerRequest request, Context context, MemoryAccount account, int maxMessageBytes, Events events) {
        this.request = request;
        this.context = context;
        this.account = new ExchangeAccount(account, context, events);
        this.maxMessageBytes = maxMessageBytes;
        this.events = events;
    }

    public void listen() {
        request.handler(this::take);
        request.endHandler(_ -> context.runOnContext(_ -> halfClosed()));
    }

    public MultiMap headers() {
        return request.headers();
    }

    public HttpConnection connection() {
        return request.connection();
    }

    /** Stops delivery until {@link #resume}, even of messages that have arrived. */
    public void pause() {
        paused = true;
        pushBack();
    }

    /** Continues delivery, in a later turn. */
    public void resume() {
        if (paused) {
            paused = false;
            if (deframer.hasRest() && !waiting) {
                context.runOnContext(_ -> read());
            } else {
                pushBack();
                tellHalf();
            }
        }
    }

    /** Drops all further bytes unread, and cancels a pending claim for memory. */
    public void discard() {
        discarding = true;
        account.giveUp();
        if (gathering != null) {
            gathering.release();
            gathering = null;
        }
        deframer.clear();
        pushBack();
    }

    /** Ends the call: drops further bytes, and releases the memory of all its messages. */
    public void close() {
        discard();
        account.close();
    }

    private void take(Buffer data) {
        if (!discarding) {
            account.moves(data.length());
            deframer.offer(ByteBufs.of(data));
            read();
        }
    }

    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        boolean more = true;
        while (more && !paused && !waiting && !discarding) {
            more = step();
        }
        reading = false;
        pushBack();
        tellHalf();
    }

    private void tellHalf() {
        if (!paused && !waiting && !discarding && deframer.isWithinMessage()) {
            events.onHalfMessage();
        }
    }

    private boolean step() {
        return switch (deframer.next()) {
            case NEEDS_PIECE -> false;
            case BEGINS -> {
                begin();
                yield true;
            }
            case NEEDS_ROOM -> {
                makeRoom();
                yield true;
            }
            case COMPLETE -> {
                deliver();
                yield true;
            }
        };
    }

    private void begin() {
        long length = deframer.length();
        if (deframer.flag() != 0) {
            refuse(compressedStatus(), "a message with Compressed-Flag " + deframer.flag() + "; only 0 is supported");
        } else if (length > maxMessageBytes) {
            refuse(GrpcStatus.RESOURCE_EXHAUSTED, excess(length, "server.max_message_bytes", maxMessageBytes));
        } else if (length > UNCOUNTED && length > account.process().capacity()) {
            refuseForCapacity(length);
        } else {
            gathering = account.empty(Holder.MESSAGES);
            deframer.admit(length <= UNCOUNTED ? length : 0);
        }
    }

    /** Reserves the memory needed now, or else for the whole message, so that partial messages block no other. */
    private void makeRoom() {
        Held held = Objects.requireNonNull(gathering);
        long wanted = deframer.wants();
        long length = deframer.length();
        long more = wanted - held.bytes();
        long rest = length - held.bytes();
        if (!account.isFair(more)) {
            account.lacks(more);
            events.onUnfairShare();
            if (discarding) {
                return;
            }
        }
        if (held.takePiece(more, maxMessageBytes)) {
            deframer.grant(wanted);
        } else if (held.takeRest(rest)) {
            deframer.grant(length);
        } else if (length > account.process().capacity()) {
            refuseForCapacity(length);
        } else {
            waiting = true;
            held.await(rest, this::goOn);
            events.onShortage();
        }
    }

    private void refuseForCapacity(long length) {
        refuse(
                GrpcStatus.RESOURCE_EXHAUSTED,
                excess(length, "limits.max_buffered_bytes", account.process().capacity()));
    }

    /** Returns the status for a compressed message: unsupported, or not gRPC if unannounced (gRPC: Compression). */
    private GrpcStatus compressedStatus() {
        String encoding = request.getHeader("grpc-encoding");
        boolean announced = encoding != null && !encoding.equals("identity");
        return announced && deframer.flag() == 1 ? GrpcStatus.UNIMPLEMENTED : GrpcStatus.INTERNAL;
    }

    private static String excess(long length, String limit, long value) {
        return "a message of " + length + " bytes; " + limit + " is " + value;
    }

    private void refuse(GrpcStatus status, String problem) {
        discard();
        events.onInvalid(status, problem);
    }

    private void goOn() {
        waiting = false;
        deframer.grant(deframer.length());
        read();
    }

    private void deliver() {
        Held held = Objects.requireNonNull(gathering);
        gathering = null;
        events.onMessage(deframer.take(), held);
    }

    /** The memory account of the call, also for data derived from its messages. */
    public ExchangeAccount account() {
        return account;
    }

    private void halfClosed() {
        if (!discarding && deframer.isWithinMessage()) {
            refuse(GrpcStatus.INTERNAL, "the stream ended within a message");
        } else {
            events.onHalfClose();
        }
    }

    private void pushBack() {
        boolean stop = !discarding && (paused || waiting);
        if (stop != stopped && !reading && !request.isEnded()) {
            stopped = stop;
            if (stop) {
                request.pause();
            } else {
                request.resume();
            }
        }
    }
}
