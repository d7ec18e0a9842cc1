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
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The content coding of one body: undone before policies see it, put back after them. What may take long is worked on off the event
 * loop: a few bytes may decode to many, so that decoding always does.
 */
final class BodyCodec {
    /** Bytes up to which a chunk is encoded at once. */
    private static final int SMALL = 16 << 10;

    /** Bytes that a coder takes beside what it makes. */
    private static final int OVERHEAD = 64 << 10;

    /** Bytes that a decoder takes beside its window. */
    private static final long STATE = 256 << 10;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Executor work;
    private final long maxDecoded;
    private final Cancellation wanted = new Cancellation();
    private final ContentCodings codings;
    private final BodyCoder decoder;
    private final boolean reencode;

    /** The windows of the decoder, outside of the heap: changed only while it works, or when it is closed. */
    private final NativeWindows.Share window;

    private long windowSize = -1;
    private long decoded;

    /** Made when it is first needed: most bodies that are opened go on as they came. */
    private @Nullable BodyCoder encoder;

    private Future<Void> atWork = Future.succeededFuture();

    /**
     * The coding of a body of which nothing has come.
     *
     * @param maxDecoded most bytes that come out of one chunk
     * @param reencode whether the body goes on in its coding
     * @param window of nothing yet
     */
    BodyCodec(Executor work, ContentCodings codings, long maxDecoded, boolean reencode, NativeWindows.Share window) {
        this.work = work;
        this.maxDecoded = maxDecoded;
        this.codings = codings;
        this.decoder = codings.decoder(maxDecoded);
        this.reencode = reencode;
        this.window = window;
    }

    /** The field content-encoding of the body as it goes on; null for identity. */
    @Nullable
    String outgoing() {
        return reencode ? codings.toString() : null;
    }

    /** The bytes that policies see of a chunk; fails with {@link CodingException}. */
    Future<Buffer> decode(Buffer chunk, boolean last) {
        return chunk.length() == 0
                ? atOnce(decoder, chunk, last)
                : inBackground(() -> decodeCounted(chunk, last), chunk, maxDecoded);
    }

    /** The bytes that go on of a chunk that policies left. */
    Future<Buffer> encode(Buffer chunk, boolean last) {
        if (!reencode) {
            return Future.succeededFuture(chunk);
        }
        BodyCoder coder = encoder == null ? codings.encoder() : encoder;
        encoder = coder;
        return chunk.length() > SMALL
                ? inBackground(() -> coder.next(chunk, last), chunk, chunk.length())
                : atOnce(coder, chunk, last);
    }

    /** Counts before it works with the most that may come out, and then with what did. */
    private Buffer decodeCounted(Buffer chunk, boolean last) throws CodingException {
        if (windowSize < 0) {
            windowSize = codings.windowOf(chunk);
        }
        if (!window.resize(held(decoded + maxDecoded))) {
            throw new PolicyException(
                    ErrorCode.OVERLOADED, "the windows of all decoders together hold limits.max_window_bytes already");
        }
        Buffer out = decoder.next(chunk, last);
        decoded += out.length();
        window.resize(last ? 0 : held(decoded));
        return out;
    }

    private long held(long output) {
        return windowSize == 0 ? 0 : STATE + (codings.isStacked() ? windowSize : Math.min(windowSize, output));
    }

    private static Future<Buffer> atOnce(BodyCoder coder, Buffer chunk, boolean last) {
        try {
            return Future.succeededFuture(coder.next(chunk, last));
        } catch (CodingException failure) {
            return Future.failedFuture(failure);
        }
    }

    private Future<Buffer> inBackground(Callable<Buffer> code, Buffer chunk, long most) {
        // While it is gathered, what comes out is held twice. A setting beyond the memory of all work takes all of it.
        long heapBytes = Math.min(2 * most + OVERHEAD, work.maxHeapBytes());
        Future<Buffer> coded = work.submit(Work.onBody(chunk.length(), heapBytes), wanted, _ -> code.call())
                .recover(failure -> failure instanceof StoppedException
                        ? Future.succeededFuture(NOTHING)
                        : Future.failedFuture(failure));
        // Only that it is over: what came out may be long gone by the time the next chunk comes.
        Promise<Void> done = Promise.promise();
        coded.onComplete(_ -> done.complete());
        atWork = done.future();
        return coded;
    }

    /** Frees what the coders hold, when they are at rest; what nobody waits for is not begun. */
    void close() {
        wanted.cancel();
        atWork.onComplete(_ -> {
            decoder.close();
            window.resize(0);
            if (encoder != null) {
                encoder.close();
            }
        });
    }
}
