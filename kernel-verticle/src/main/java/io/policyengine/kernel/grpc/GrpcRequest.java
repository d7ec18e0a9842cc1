package io.policyengine.kernel.grpc;

import com.google.protobuf.ByteString;
import io.policyengine.kernel.account.Share;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.GrpcStatus;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a gRPC call on an HTTP/2 server. Belongs to the call's event loop.
 *
 * <p>What is gathered of them is bounded: a message above 8 KiB takes room from a {@link ByteBudget} as its bytes come, and holds
 * it until {@link HeldBytes#release} or the end of the call. Smaller ones are not counted: the number of calls bounds those. Where the budget is short the call is paused and HTTP/2 flow control pushes back:
 * Vert.x then holds no more of the call than its stream window, and one frame is held here.
 */
public final class GrpcRequest {
    /** Messages up to that many bytes are not counted. */
    private static final int UNCOUNTED = 8 * 1024;

    private final HttpServerRequest request;
    private final Context context;
    private final BudgetShare share;
    private final long maxMessageBytes;
    private final Events events;
    private final Deframer deframer = new Deframer();
    /** The application wants no more for now. */
    private boolean paused;
    /** The budget is short. */
    private boolean waiting;
    /** Vert.x was told to stop. */
    private boolean stopped;
    /** Whatever comes is dropped. */
    private boolean discarding;

    private boolean reading;
    /** The share of the budget that the message which is being gathered holds. */
    private long gathering;

    /** The events of a request. All on its event loop. */
    public interface Events {
        /** A message arrived: its bytes, without the prefix. They never change, and may be a view of something larger. */
        void onMessage(ByteString message, HeldBytes held);

        /** Called if the bytes that arrive are no gRPC, or too many; nothing more is read. */
        void onInvalid(GrpcStatus status, String problem);

        /** The budget is short: the next message waits for its turn, unless {@link GrpcRequest#discard} is called. */
        void onBudgetShortage();

        /** The message under way takes more than the share of its route or its client; it goes on unless {@link GrpcRequest#discard} is called. */
        void onUnfairShare();

        /** A part of a message has arrived, and nothing here keeps the rest from coming. May be called again before it is whole. */
        void onHalfMessage();

        /** The peer sends no more, and may have reset the call in the same read: told one turn later. */
        void onHalfClose();
    }

    /** The share of the budget that a message holds. Does not keep the message alive. */
    public static final class HeldBytes {
        private final BudgetShare share;
        private long bytes;

        private HeldBytes(BudgetShare share, long bytes) {
            this.share = share;
            this.bytes = bytes;
        }

        /** Gives it back; once is enough. */
        public void release() {
            share.give(bytes);
            bytes = 0;
        }
    }

    /** A request whose {@link #listen} is called in the turn in which it arrives. */
    public GrpcRequest(
            HttpServerRequest request, Context context, ByteBudget budget, int maxMessageBytes, Events events) {
        this.request = request;
        this.context = context;
        this.share = new BudgetShare(budget, context);
        this.maxMessageBytes = maxMessageBytes;
        this.events = events;
    }

    /** Begins to read. */
    public void listen() {
        request.handler(this::take);
        request.endHandler(_ -> context.runOnContext(_ -> halfClosed()));
    }

    /** The headers of the call. */
    public MultiMap headers() {
        return request.headers();
    }

    /** The connection of the call. */
    public HttpConnection connection() {
        return request.connection();
    }

    /** Delivers nothing more until {@link #resume}, not even what has arrived. */
    public void pause() {
        paused = true;
        pushBack();
    }

    /** Delivers messages again. */
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

    /** Delivers nothing more: what arrives is dropped, and not waited for. */
    public void discard() {
        discarding = true;
        share.giveUp();
        share.give(gathering);
        gathering = 0;
        deframer.clear();
        pushBack();
    }

    /** The call is over: drops what arrives, and gives back all that its messages hold. */
    public void close() {
        discard();
        share.close();
    }

    private void take(Buffer data) {
        if (!discarding) {
            deframer.offer(((BufferInternal) data).getByteBuf());
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
            refuse(compressedStatus(), "a message with Compressed-Flag " + deframer.flag() + "; only 0 is taken");
        } else if (length > maxMessageBytes) {
            refuse(GrpcStatus.RESOURCE_EXHAUSTED, excess(length, "server.max_message_bytes", maxMessageBytes));
        } else if (length > UNCOUNTED && length > share.capacity()) {
            refuseForBudget(length);
        } else {
            deframer.admit(length <= UNCOUNTED ? length : 0);
        }
    }

    /** Takes what the message needs now, or else all that it may ever need: half messages that wait for more hold up no other. */
    private void makeRoom() {
        long wanted = deframer.wants();
        long length = deframer.length();
        long rest = length - gathering;
        if (!share.isFair(wanted - gathering)) {
            events.onUnfairShare();
            if (discarding) {
                return;
            }
        }
        if (share.tryTakePiece(wanted - gathering, maxMessageBytes)) {
            grant(wanted);
        } else if (share.tryTake(rest)) {
            grant(length);
        } else if (length > share.capacity()) {
            refuseForBudget(length);
        } else {
            waiting = true;
            share.await(rest, this::goOn);
            events.onBudgetShortage();
        }
    }

    private void refuseForBudget(long length) {
        refuse(GrpcStatus.RESOURCE_EXHAUSTED, excess(length, "limits.max_buffered_bytes", share.capacity()));
    }

    /** A compressed message is an unsupported encoding, or, where none was announced, no gRPC (gRPC: Compression). */
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

    private void grant(long bytes) {
        gathering = bytes;
        deframer.grant(bytes);
    }

    private void goOn() {
        waiting = false;
        grant(deframer.length());
        read();
    }

    private void deliver() {
        HeldBytes held = new HeldBytes(share, gathering);
        gathering = 0;
        events.onMessage(deframer.take(), held);
    }

    /** Takes bytes of the budget for what is made of this call's messages; null if they cannot be had now. */
    public @Nullable HeldBytes reserve(long bytes) {
        return share.tryAdd(bytes) ? new HeldBytes(share, bytes) : null;
    }

    /** Names those whose bytes the call's are. */
    public void belongsTo(Share route, @Nullable Share client) {
        share.belongsTo(route, client);
    }

    /** Takes bytes of the budget until they are given back, or the call is over; false if they cannot be had now. */
    public boolean hold(long bytes) {
        return share.tryAdd(bytes);
    }

    /** Gives back bytes that {@link #hold} took. */
    public void giveBack(long bytes) {
        share.give(bytes);
    }

    private void halfClosed() {
        if (!discarding && deframer.isWithinMessage()) {
            refuse(GrpcStatus.INTERNAL, "the stream ended within a message");
        } else {
            events.onHalfClose();
        }
    }

    /** Lets Vert.x stop or go on. A request that has ended takes neither. */
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
