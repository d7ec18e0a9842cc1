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
 * A body that policies see whole: in one message, or gathered from the chunks of full duplex, where the headers are answered
 * after it.
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
     * A body before any of it has come.
     *
     * @param max bytes of it at most
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

    /** Runs the policies on a message that holds all of the body. */
    void take(Buffer received) {
        if (received.length() > max) {
            host.refuse(
                    carrier.tooLarge(), "a body of " + received.length() + " bytes, at most " + max + " are allowed");
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

    /** Runs the policies on a body that is empty: Envoy sends none before trailers. */
    void takeTrailers() {
        run(NO_BODY, (passed, outgoing) -> {
            if (outgoing == null && BodyFields.withoutBody(passed.view()).equals(message.held())) {
                owner.endWithTrailers(DirectionEvent.ANSWERED);
            } else {
                host.refuse(
                        ErrorCode.POLICY_NOT_SUPPORTED,
                        "a policy that waits for the body changed a message that has trailers but no body");
            }
        });
    }

    /** The chunks of the body are gathered from now on. */
    void beginGathering() {
        gathered = new GatheredBody(max);
    }

    /** Keeps a chunk; false if the exchange is refused by it. */
    boolean gather(Buffer chunk) {
        // A small message is not counted by itself, but the many that make up a body are.
        boolean counted = chunk.length() > GatheredBody.SMALL;
        if (!counted && !message.pending().reserve(Math.max(chunk.length(), GatheredBody.MIN))) {
            return false;
        }
        if (body().add(chunk)) {
            return true;
        }
        host.refuse(carrier.tooLarge(), "a body of more than " + max + " bytes");
        return false;
    }

    /** Runs the policies on the body that was gathered; the answers to headers, body and trailers follow. */
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

    /** Runs the policies; goes on with what they left, and with the body that leaves in place of Envoy's, or null if Envoy's own leaves. */
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
