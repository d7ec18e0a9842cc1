package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A body that policies read whole. It arrives in one message or, in full duplex, in chunks. In full duplex the headers
 * are answered only after the whole body has arrived.
 */
final class BufferedBody<V extends MessageView<V>> {
    private static final Buffer NO_BODY = Buffer.buffer();

    private final MessageBody<V> message;
    private final BodyHost host;
    private final BodyOwner<V> owner;
    private final BodyTools tools;
    private final Carrier<V> carrier;
    private final BodyFields<V> fields;
    private final long max;
    private @Nullable GatheredBody gathered;

    /**
     * Creates a body that policies read whole and that has not arrived yet.
     *
     * @param max maximum bytes of the body
     */
    BufferedBody(
            MessageBody<V> message,
            BodyHost host,
            BodyOwner<V> owner,
            BodyTools tools,
            BodyFields<V> fields,
            long max) {
        this.message = message;
        this.host = host;
        this.owner = owner;
        this.tools = tools;
        this.carrier = message.carrier();
        this.fields = fields;
        this.max = max;
    }

    /** Runs the policies on a message that contains the whole body. */
    void take(Buffer received) {
        if (received.length() > max) {
            host.refuse(
                    carrier.tooLarge(),
                    "the body has " + received.length() + " bytes; at most " + max + " are allowed");
            return;
        }
        run(received, (passed, outgoing) -> {
            V held = message.held();
            PhaseResult.Passed<V> described = described(held, passed, outgoing);
            host.write(carrier.body(tools.writer(), held, described, outgoing));
            message.pass(described.view());
            owner.proceed(DirectionEvent.ANSWERED);
        });
    }

    /** Runs the policies on an empty body, because trailers arrived and Envoy sent no body before them. */
    void takeTrailers() {
        run(NO_BODY, (passed, outgoing) -> {
            if (outgoing == null && BodyFields.withoutBody(passed.view()).equals(message.held())) {
                owner.endWithTrailers(DirectionEvent.ANSWERED);
            } else {
                host.refuse(
                        ErrorCode.ROUTE_MISCONFIGURED,
                        "a policy that waits for the body changed a message that has trailers but no body");
            }
        });
    }

    void beginGathering() {
        gathered = new GatheredBody(max);
    }

    /** Keeps a chunk. Returns false if the exchange is refused because of it. */
    boolean gather(Buffer chunk) {
        // A single small message is not counted, but many of them in one body are.
        boolean counted = chunk.length() > GatheredBody.SMALL;
        if (!counted && !message.pending().reserve(Math.max(chunk.length(), GatheredBody.MIN))) {
            return false;
        }
        if (body().add(chunk)) {
            return true;
        }
        host.refuse(carrier.tooLarge(), "the body has more than " + max + " bytes");
        return false;
    }

    /** Runs the policies on the gathered body, then answers the headers, the body and the trailers. */
    void runGathered(boolean trailers) {
        Buffer received = body().join();
        gathered = null;
        run(received, (passed, outgoing) -> {
            V held = message.held();
            host.write(message.headers(described(held, passed, outgoing), null, null));
            message.answers().duplex(outgoing == null ? received : outgoing, !trailers);
            if (trailers) {
                owner.endWithTrailers(DirectionEvent.ANSWERED);
            } else {
                owner.proceed(DirectionEvent.ANSWERED);
            }
        });
    }

    private PhaseResult.Passed<V> described(V held, PhaseResult.Passed<V> passed, @Nullable Buffer outgoing) {
        Set<String> touched = new HashSet<>(passed.touched());
        V view = fields.ofWhole(held, passed.view(), outgoing, touched);
        return passed.with(view, touched);
    }

    private GatheredBody body() {
        return Objects.requireNonNull(gathered);
    }

    /**
     * Runs the policies, then calls {@code then} with the body that replaces Envoy's, or with null to forward Envoy's
     * own body.
     */
    private void run(Buffer received, BiConsumer<PhaseResult.Passed<V>, @Nullable Buffer> then) {
        CodedBody coded = message.chain().coded();
        coded.decode(
                received,
                true,
                decoded -> message.chain().run(decoded, passed -> {
                    Buffer changed = message.newBody(passed.view());
                    if (!message.retain(passed.view())) {
                        return;
                    }
                    message.chain().dropBody();
                    if (changed == null || !fields.recodes(passed.view())) {
                        then.accept(passed, changed);
                    } else {
                        coded.encode(changed, true, outgoing -> then.accept(passed, outgoing));
                    }
                }));
    }
}
