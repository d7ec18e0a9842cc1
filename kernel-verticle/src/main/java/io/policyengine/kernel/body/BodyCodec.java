package io.policyengine.kernel.body;

import io.policyengine.core.coding.BodyCoder;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.work.StoppedException;
import io.policyengine.core.work.Work;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.account.NativeWindows;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The content coding of one body, which is decoded before policies read it and encoded again afterwards. All decoding
 * runs off the event loop, since a few bytes may decode to many. Large chunks are also encoded off the event loop.
 */
final class BodyCodec {
    /** Maximum bytes of a chunk that is encoded on the event loop. */
    private static final int SMALL = 16 << 10;

    /** The bytes of memory that a coder needs in addition to its output. */
    private static final int OVERHEAD = 64 << 10;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Executor work;
    private final long maxDecoded;
    private final Cancellation wanted = new Cancellation();
    private final ContentCodings codings;
    private final boolean reencode;

    /**
     * The native memory of the decoder and of the encoder. Each changes only when its coder runs or is being closed.
     */
    private final NativeWindows.Window decoding;

    private final NativeWindows.Window encoding;

    /** The decoder, created when the first bytes arrive. */
    private @Nullable BodyCoder decoder;

    /** The encoder, created on demand, since most decoded bodies pass unchanged. */
    private @Nullable BodyCoder encoder;

    private Future<Void> atWork = Future.succeededFuture();

    /**
     * Creates a codec for a body that has not arrived yet.
     *
     * @param maxDecoded maximum bytes to which one chunk may decode
     * @param reencode whether the body is forwarded in its coding
     * @param windows creates the window of a coder
     */
    BodyCodec(
            Executor work,
            ContentCodings codings,
            long maxDecoded,
            boolean reencode,
            Supplier<NativeWindows.Window> windows) {
        this.work = work;
        this.maxDecoded = maxDecoded;
        this.codings = codings;
        this.reencode = reencode;
        this.decoding = windows.get();
        this.encoding = windows.get();
    }

    /** Returns the content-encoding of the outgoing body, or null for identity. */
    @Nullable
    String outgoing() {
        return reencode ? codings.toString() : null;
    }

    /** Decodes a chunk for policies; fails with {@link CodingException}. */
    Future<Buffer> decode(Buffer chunk, boolean last) {
        BodyCoder coder = decoder == null && chunk.length() > 0 ? codings.decoder(maxDecoded) : decoder;
        decoder = coder;
        if (coder == null) {
            return Future.succeededFuture(chunk);
        }
        return chunk.length() == 0
                ? atOnce(coder, decoding, chunk, last)
                : inBackground(() -> counted(coder, decoding, chunk, last), chunk, maxDecoded);
    }

    Future<Buffer> encode(Buffer chunk, boolean last) {
        BodyCoder coder = encoder == null && reencode && chunk.length() > 0 ? codings.encoder() : encoder;
        encoder = coder;
        if (coder == null) {
            return Future.succeededFuture(chunk);
        }
        return chunk.length() > SMALL
                ? inBackground(() -> counted(coder, encoding, chunk, last), chunk, chunk.length())
                : atOnce(coder, encoding, chunk, last);
    }

    /**
     * Decodes or encodes a chunk. Before the work it reserves the maximum memory that the coder may need; afterwards it
     * keeps only the memory in use.
     */
    private static Buffer counted(BodyCoder coder, NativeWindows.Window window, Buffer chunk, boolean last)
            throws CodingException {
        if (!window.resize(coder.nativeBytesAfter(chunk))) {
            throw new PolicyException(
                    ErrorCode.OVERLOADED,
                    "decoders and encoders already hold all of limits.max_window_bytes, or of this "
                            + "route's or client's share of it");
        }
        try {
            return coder.next(chunk, last);
        } finally {
            window.resize(coder.nativeBytes());
        }
    }

    private static Future<Buffer> atOnce(BodyCoder coder, NativeWindows.Window window, Buffer chunk, boolean last) {
        try {
            return Future.succeededFuture(counted(coder, window, chunk, last));
        } catch (CodingException | PolicyException failure) {
            return Future.failedFuture(failure);
        }
    }

    private Future<Buffer> inBackground(Callable<Buffer> code, Buffer chunk, long most) {
        // The output is held twice while it is gathered. The limit may exceed the memory of all work.
        long heapBytes = Math.min(2 * most + OVERHEAD, work.maxHeapBytes());
        Future<Buffer> coded = work.submit(Work.onBody(chunk.length(), heapBytes), wanted, _ -> code.call())
                .recover(failure -> failure instanceof StoppedException
                        ? Future.succeededFuture(NOTHING)
                        : Future.failedFuture(failure));
        // Without the result, which would otherwise be kept until the next chunk.
        Promise<Void> done = Promise.promise();
        coded.onComplete(_ -> done.complete());
        atWork = done.future();
        return coded;
    }

    /** Closes the coders once they are idle. Work that is still queued never starts. */
    void close() {
        wanted.cancel();
        atWork.onComplete(_ -> {
            close(decoder, decoding);
            close(encoder, encoding);
        });
    }

    private static void close(@Nullable BodyCoder coder, NativeWindows.Window window) {
        if (coder != null) {
            coder.close();
            window.resize(0);
        }
    }
}
