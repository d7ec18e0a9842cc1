package io.policyengine.kernel.grpc;

import com.google.protobuf.ByteString;
import io.policyengine.core.vertx.ByteBufs;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.account.MemoryReservation;
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
 * <p>Buffering is bounded. A message above 8 KiB reserves memory in the {@link MemoryAccount} as its bytes arrive. The
 * memory is held until {@link MemoryReservation#release} or the end of the call. Smaller messages reserve no memory,
 * because the number of calls is limited. When the budget is exhausted, the call is paused and HTTP/2 flow control
 * applies: Vert.x then holds at most the stream window, and this class one frame.
 */
public final class GrpcRequest {
    /** Maximum bytes of a message that reserves no memory of the budget. */
    private static final int UNCOUNTED = 8 * 1024;

    private final HttpServerRequest request;
    private final Context context;
    private final ExchangeAccount account;
    private final long maxMessageBytes;
    private final Events events;
    private final Deframer deframer = new Deframer();
    /** True while the application has paused the delivery of messages. */
    private boolean paused;

    private boolean waiting;
    /** True while the Vert.x request is paused. */
    private boolean stopped;
    /** True once all further bytes are dropped. */
    private boolean discarding;

    private boolean reading;
    /** The reservation of the incomplete message; null between messages. */
    private @Nullable MemoryReservation gathering;

    /** The events of a request, all on its event loop. */
    public interface Events extends ExchangeAccount.Owner {
        /**
         * Handles a message without its prefix. The message's bytes never change; they may be a view of a larger
         * buffer.
         */
        void onMessage(ByteString message, MemoryReservation held);

        /** Reports bytes that are not gRPC, or a message that is too long. No further bytes are read. */
        void onInvalid(GrpcStatus status, String problem);

        /**
         * Reports that the next message waits for memory. The handler may call {@link GrpcRequest#discard} to end the
         * wait.
         */
        void onShortage();

        /**
         * Reports that the message exceeds the route's or the client's share of the memory. The message is still
         * received unless the handler calls {@link GrpcRequest#discard}.
         */
        void onUnfairShare();

        /**
         * Reports that the peer has sent a part of a message and owes the rest. May be called again before the message
         * is complete.
         */
        void onHalfMessage();

        /**
         * Reports the peer's half-close, but one turn of the event loop later, because the same read may contain a
         * reset of the call.
         */
        void onHalfClose();
    }

    /** Creates a request. {@link #listen} must be called in the event-loop turn in which the request arrives. */
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

    /** Stops the delivery of messages, also of those that have already arrived, until {@link #resume}. */
    public void pause() {
        paused = true;
        pushBack();
    }

    /** Continues the delivery of messages, in a later turn of the event loop. */
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

    /** Drops all further bytes unread, and cancels a pending request for memory. */
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

    /**
     * Reserves the memory that the received bytes need, or else memory for the whole message. If neither is free, waits
     * for memory for the whole message. A message thus waits at most once, and partial messages cannot block each
     * other.
     */
    private void makeRoom() {
        MemoryReservation held = Objects.requireNonNull(gathering);
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

    /**
     * Returns the status for a compressed message: UNIMPLEMENTED if {@code grpc-encoding} announced the compression,
     * else INTERNAL, because the message then violates the protocol (gRPC: Compression).
     */
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
        MemoryReservation held = Objects.requireNonNull(gathering);
        gathering = null;
        events.onMessage(deframer.take(), held);
    }

    /** Returns the memory account of the call, which also counts data derived from its messages. */
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
