package io.policyengine.kernel.extproc;

import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.plan.FlowPlan;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The content coding of one direction's body: opened when policies first see the body, and the exchange refused where that fails. */
final class CodedBody {
    private final Side<?> side;
    private ContentCodings codings = ContentCodings.of(List.of());
    private @Nullable BodyCoding coding;
    private DeadlineWheel.@Nullable Deadline awaited;

    CodedBody(Side<?> side) {
        this.side = side;
    }

    /** Takes up how the body is coded; false if that cannot be opened. */
    boolean read(HeaderMap headers) {
        codings = ContentCodings.of(headers.getAll("content-encoding"));
        return codings.isSupported();
    }

    /** Refuses the exchange because the body cannot be opened. */
    void refuse() {
        refuse(codings.unsupportedReason().orElseThrow());
    }

    /** Opens the body, if it is coded; whether it is. */
    boolean open() {
        if (coding == null && !codings.isIdentity()) {
            LoopContext loop = side.loop;
            FlowPlan flow = side.running().flow();
            long max = loop.config().limits().maxDecodedBytes();
            long min = side.path() == BodyPath.CHUNKS ? max : Math.min(max, flow.maxBody());
            coding = new BodyCoding(loop.vertx(), codings, min, flow.reencode());
        }
        return isOpen();
    }

    /** Whether policies see other bytes than Envoy. */
    boolean isOpen() {
        return coding != null;
    }

    /** The field content-encoding of the body as it goes on; null for identity, and where it was never opened. */
    @Nullable
    String outgoing() {
        return coding == null ? null : coding.outgoing();
    }

    /** Goes on with what policies see of a chunk, perhaps at once. */
    void decode(Buffer chunk, boolean last, Consumer<Buffer> then) {
        open();
        if (coding == null) {
            then.accept(chunk);
        } else {
            whenDone(coding.decode(chunk, last), decoded -> {
                if (side.reserve(decoded.length())) {
                    then.accept(decoded);
                }
            });
        }
    }

    /** Goes on with what leaves for a chunk that policies left, perhaps at once. */
    void encode(Buffer chunk, boolean last, Consumer<Buffer> then) {
        if (coding == null) {
            then.accept(chunk);
        } else {
            whenDone(coding.encode(chunk, last), then);
        }
    }

    private void whenDone(Future<Buffer> work, Consumer<Buffer> then) {
        if (work.succeeded()) {
            then.accept(work.result());
        } else {
            DeadlineWheel.Deadline patience = awaitThreads();
            work.onComplete((result, failure) -> side.exchange.resume(() -> {
                patience.cancel();
                if (failure == null) {
                    then.accept(result);
                } else if (failure instanceof CodingException coded) {
                    failed(coded);
                } else {
                    throw new IllegalStateException("a content coding failed", failure);
                }
            }));
        }
    }

    /** The threads that code may all be busy, or the body made to keep them so: Envoy would give up at its own timeout. */
    private DeadlineWheel.Deadline awaitThreads() {
        DeadlineWheel.Deadline patience = side.loop
                .deadlines()
                .add(
                        side.exchange.beginPhase(),
                        () -> side.exchange.refuse(
                                ErrorCode.OVERLOADED,
                                "content-encoding '" + codings + "' took longer than limits.phase_timeout_ms"));
        awaited = patience;
        return patience;
    }

    private void failed(CodingException failure) {
        if (failure.kind() == CodingException.Kind.TOO_LARGE) {
            side.exchange.refuse(side.tooLarge(), "content-encoding '" + codings + "': " + failure.getMessage());
        } else {
            refuse(String.valueOf(failure.getMessage()));
        }
    }

    private void refuse(String why) {
        side.exchange.refuse(side.unreadable(), "content-encoding '" + codings + "' cannot be opened: " + why);
    }

    /** Frees what the coders hold. */
    void close() {
        if (awaited != null) {
            awaited.cancel();
        }
        if (coding != null) {
            coding.close();
        }
    }
}
