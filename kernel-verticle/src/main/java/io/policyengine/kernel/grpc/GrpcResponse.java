package io.policyengine.kernel.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.netty.buffer.Unpooled;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The response to a gRPC call on an HTTP/2 server: uncompressed messages, then a status (gRPC over HTTP2: Responses).
 * Writes after the end are ignored; the end is sent after the last write completes. Confined to the call's event loop.
 */
public final class GrpcResponse {
    private static final CharSequence APPLICATION_GRPC = HttpHeaders.createOptimized("application/grpc");
    private static final CharSequence GRPC_STATUS = HttpHeaders.createOptimized("grpc-status");
    private static final CharSequence GRPC_MESSAGE = HttpHeaders.createOptimized("grpc-message");

    /** The number of bytes before a message: Compressed-Flag and Message-Length. */
    private static final int PREFIX = 5;

    /** The HTTP/2 error code that gRPC maps to RESOURCE_EXHAUSTED. */
    private static final long ENHANCE_YOUR_CALM = 0xb;

    /**
     * The number of unsent bytes at which the write queue is full. A full queue is drained when at most half of that
     * number is left.
     */
    private static final int HIGH_WATER_MARK = 1 << 20;

    private final HttpServerResponse response;
    private State state = State.OPEN;
    private boolean begun;
    private long underWay;
    private Future<Void> lastWrite = Future.succeededFuture();
    private @Nullable Queue<Runnable> awaitingDrain;
    private @Nullable Queue<Runnable> awaitingWritten;
    private GrpcStatus status = GrpcStatus.OK;
    private @Nullable String message;

    private enum State {
        OPEN,
        /** The status is sent after the last write. */
        ENDING,
        OVER
    }

    public GrpcResponse(HttpServerResponse response) {
        this.response = response;
    }

    /** Writes a message; does nothing after the end. */
    public void write(MessageLite answer) {
        if (state != State.OPEN) {
            return;
        }
        Buffer frame = frame(answer);
        int bytes = frame.length();
        if (!begun) {
            begun = true;
            response.putHeader(HttpHeaders.CONTENT_TYPE, APPLICATION_GRPC);
        }
        underWay += bytes;
        lastWrite = response.write(frame);
        lastWrite.onComplete(result -> written(bytes, result.succeeded()));
    }

    /** Returns whether all writes so far have been handed to the socket. */
    public boolean isWritten() {
        return lastWrite.isComplete();
    }

    /**
     * Calls {@code written} as soon as all writes so far have been sent, possibly immediately. The end of the stream
     * also calls it, because Vert.x may report no result if the connection is lost.
     */
    public void onWritten(Runnable written) {
        if (lastWrite.isComplete() || state == State.OVER) {
            written.run();
            return;
        }
        if (awaitingWritten == null) {
            awaitingWritten = new ArrayDeque<>(2);
        }
        awaitingWritten.add(written);
        lastWrite.onComplete(_ -> {
            if (awaitingWritten != null && awaitingWritten.remove(written)) {
                written.run();
            }
        });
    }

    /**
     * Returns whether writers should wait because too many bytes are unsent. These are the bytes that HTTP/2 flow
     * control or the socket has not accepted yet. Vert.x would count messages instead.
     */
    public boolean isWriteQueueFull() {
        return underWay >= HIGH_WATER_MARK;
    }

    /**
     * Calls {@code drained} once, as soon as the unsent bytes are at most half of the high-water mark, possibly
     * immediately. Never calls it after the end.
     */
    public void onDrain(Runnable drained) {
        if (state != State.OPEN) {
            return;
        }
        if (hasDrained()) {
            drained.run();
            return;
        }
        if (awaitingDrain == null) {
            awaitingDrain = new ArrayDeque<>(2);
        }
        awaitingDrain.add(drained);
    }

    /**
     * Ends the call with a status. Idempotent. A call without messages gets trailers only.
     *
     * @param explanation a human-readable text, or null
     */
    public void end(GrpcStatus how, @Nullable String explanation) {
        if (state == State.OPEN) {
            state = State.ENDING;
            status = how;
            message = explanation;
            awaitingDrain = null;
            endAfterLastWrite();
        }
    }

    /** Resets the stream and drops unsent bytes. */
    public void reset() {
        var _ = response.reset(ENHANCE_YOUR_CALM);
        abandon();
    }

    /** Stops writing because the stream no longer exists. */
    public void abandon() {
        state = State.OVER;
        awaitingDrain = null;
        Queue<Runnable> last = awaitingWritten;
        awaitingWritten = null;
        if (last != null) {
            last.forEach(Runnable::run);
        }
    }

    private void written(int bytes, boolean taken) {
        underWay -= bytes;
        if (!taken) {
            abandon();
            return;
        }
        endAfterLastWrite();
        if (awaitingDrain != null && hasDrained()) {
            Queue<Runnable> drained = awaitingDrain;
            awaitingDrain = null;
            drained.forEach(Runnable::run);
        }
    }

    private boolean hasDrained() {
        return underWay <= HIGH_WATER_MARK / 2;
    }

    private void endAfterLastWrite() {
        if (state == State.ENDING && underWay == 0) {
            state = State.OVER;
            writeStatus();
            response.end();
        }
    }

    private void writeStatus() {
        String code = Integer.toString(status.code);
        if (begun) {
            response.putTrailer(GRPC_STATUS, code);
            if (message != null) {
                response.putTrailer(GRPC_MESSAGE, percentEncode(message));
            }
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, APPLICATION_GRPC);
            response.putHeader(GRPC_STATUS, code);
            if (message != null) {
                response.putHeader(GRPC_MESSAGE, percentEncode(message));
            }
        }
    }

    private static Buffer frame(MessageLite answer) {
        int size = answer.getSerializedSize();
        byte[] frame = new byte[PREFIX + size];
        ByteBuffer.wrap(frame).putInt(1, size);
        CodedOutputStream output = CodedOutputStream.newInstance(frame, PREFIX, size);
        try {
            answer.writeTo(output);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        output.checkNoSpaceLeft();
        return ByteBufs.buffer(Unpooled.wrappedBuffer(frame));
    }

    /**
     * Percent-encodes all bytes of the UTF-8 text that are not printable ASCII, and {@code %} (gRPC over HTTP2:
     * Percent-Encoded).
     */
    static String percentEncode(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(octets.length);
        for (byte octet : octets) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(hexDigit(octet >> 4)).append(hexDigit(octet));
            }
        }
        return encoded.toString();
    }

    private static char hexDigit(int value) {
        return Character.toUpperCase(Character.forDigit(value & 0xf, 16));
    }
}
