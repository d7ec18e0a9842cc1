package io.policyengine.kernel.body;

import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body in its content coding. It is decoded when policies first read it. If decoding fails, the exchange is refused.
 */
final class CodedBody {
    private final BodyHost host;
    private final BodyTools tools;
    private final Carrier<?> carrier;
    private final PendingAnswer pending;
    private ContentCodings codings = ContentCodings.of(List.of());
    private long maxDecoded;
    private boolean reencode;
    private @Nullable BodyCodec codec;
    private DeadlineWheel.@Nullable Deadline awaited;

    CodedBody(BodyHost host, BodyTools tools, Carrier<?> carrier, PendingAnswer pending) {
        this.host = host;
        this.tools = tools;
        this.carrier = carrier;
        this.pending = pending;
    }

    /**
     * Reads the content coding of a body that policies of the flow read. Returns false if the coding is not supported.
     */
    boolean read(HeaderMap headers, FlowPlan flow) {
        codings = ContentCodings.of(headers.getAll("content-encoding"));
        long max = tools.config().limits().maxDecodedBytes(tools.account().capacity());
        maxDecoded = flow.body() == BodyUse.CHUNKS ? max : Math.min(max, flow.maxBody());
        reencode = flow.reencode();
        return codings.isSupported();
    }

    /** Refuses the exchange because the coding is not supported. */
    void refuse() {
        refuse(codings.unsupportedReason().orElseThrow());
    }

    /** Prepares the decoder if the body is coded. Returns whether it is coded. */
    boolean open() {
        if (codec == null && !codings.isIdentity()) {
            codec = new BodyCodec(
                    tools.work(),
                    codings,
                    maxDecoded,
                    reencode,
                    () -> host.newWindow(tools.config().limits().maxWindowBytes()));
        }
        return isOpen();
    }

    /** Returns whether the body is decoded, so that policies see bytes that differ from Envoy's. */
    boolean isOpen() {
        return codec != null;
    }

    /** Returns the content-encoding of the outgoing body; null for identity, or if the body was never decoded. */
    @Nullable
    String outgoing() {
        return codec == null ? null : codec.outgoing();
    }

    /** Decodes a chunk, then calls {@code then} with the result, possibly immediately. */
    void decode(Buffer chunk, boolean last, Consumer<Buffer> then) {
        open();
        if (codec == null) {
            then.accept(chunk);
        } else {
            whenDone(codec.decode(chunk, last), decoded -> {
                if (pending.reserve(decoded.length())) {
                    then.accept(decoded);
                }
            });
        }
    }

    /** Encodes a chunk that policies have processed, then calls {@code then} with the result, possibly immediately. */
    void encode(Buffer chunk, boolean last, Consumer<Buffer> then) {
        if (codec == null) {
            then.accept(chunk);
        } else {
            whenDone(codec.encode(chunk, last), then);
        }
    }

    private void whenDone(Future<Buffer> work, Consumer<Buffer> then) {
        if (work.succeeded()) {
            then.accept(work.result());
        } else {
            DeadlineWheel.Deadline patience = awaitThreads();
            work.onComplete((result, failure) -> host.resume(() -> {
                patience.cancel();
                if (failure == null) {
                    then.accept(result);
                } else if (failure instanceof CodingException coded) {
                    failed(coded);
                } else if (failure instanceof PolicyException refused) {
                    host.refuse(refused.code(), "content-encoding '" + codings + "': " + refused.getMessage());
                } else {
                    throw new IllegalStateException("a content coding failed", failure);
                }
            }));
        }
    }

    /**
     * Starts the deadline for decoding or encoding. Without it, busy threads could delay the work beyond Envoy's own
     * timeout.
     */
    private DeadlineWheel.Deadline awaitThreads() {
        DeadlineWheel.Deadline patience = tools.deadlines()
                .add(
                        host.beginPhase(),
                        () -> host.refuse(
                                ErrorCode.OVERLOADED,
                                "content-encoding '" + codings + "' took longer than limits.phase_timeout_ms"));
        awaited = patience;
        return patience;
    }

    private void failed(CodingException failure) {
        if (failure.kind() == CodingException.Kind.TOO_LARGE) {
            host.refuse(carrier.tooLarge(), "content-encoding '" + codings + "': " + failure.getMessage());
        } else {
            refuse(String.valueOf(failure.getMessage()));
        }
    }

    private void refuse(String why) {
        host.refuse(carrier.unreadable(), "content-encoding '" + codings + "' cannot be opened: " + why);
    }

    void close() {
        if (awaited != null) {
            awaited.cancel();
        }
        if (codec != null) {
            codec.close();
        }
    }
}
