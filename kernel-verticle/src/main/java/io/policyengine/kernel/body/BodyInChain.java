package io.policyengine.kernel.body;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.aggregate.OpenBody;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message while its chain runs. Policies read it and may set another, and it may be retained for policies
 * of the response phase. A retained body counts in {@code limits.max_buffered_bytes} until the last of those policies
 * has run, or the exchange is over.
 *
 * @param <V> the message as policies see it
 */
public final class BodyInChain<V extends MessageView<V>> {
    private static final Buffer NO_BODY = Buffer.buffer();

    private final BodyHost host;
    private final BodyOwner<V> owner;
    private final BodyTools tools;
    private final Carrier<V> carrier;
    private final PendingAnswer pending;

    /** True while policies of the response phase need the body but it is not retained yet. */
    private boolean awaitedForLater;

    /** The body in its content coding; null if no policy reads it. */
    private @Nullable CodedBody coded;

    private @Nullable PhaseRun<V, ?, ?> run;

    private @Nullable Buffer given;

    /** The outgoing body, retained for policies of the response phase, or null. */
    private @Nullable Buffer retained;

    private List<MemoryReservation> holds = List.of();

    /**
     * Creates the state of a body that has not arrived yet.
     *
     * @param isForLater whether policies of the response phase read the body
     */
    BodyInChain(
            BodyHost host,
            BodyOwner<V> owner,
            BodyTools tools,
            Carrier<V> carrier,
            PendingAnswer pending,
            boolean isForLater) {
        this.host = host;
        this.owner = owner;
        this.tools = tools;
        this.carrier = carrier;
        this.pending = pending;
        this.awaitedForLater = isForLater;
    }

    /**
     * Prepares to decode a body that policies read.
     *
     * @return the flow to run, which is a reduced one if the body cannot be decoded; null if the exchange is refused
     *     for that reason
     */
    @Nullable
    FlowPlan asReadable(FlowPlan flow, HeaderMap headers) {
        CodedBody read = new CodedBody(host, tools, carrier, pending);
        if (read.read(headers, flow)) {
            coded = read;
            return flow;
        }
        FlowPlan rest = flow.unreadable();
        if (rest == null) {
            read.refuse();
        }
        return rest;
    }

    /** Returns the body in its content coding; requires that policies read it. */
    CodedBody coded() {
        return Objects.requireNonNull(coded);
    }

    private boolean isOpened() {
        return coded != null && coded.isOpen();
    }

    /**
     * Prepares the body for a chain that begins.
     *
     * @param follows whether a body may follow the headers; if not, policies that read it get an empty body
     */
    public void begin(PhaseRun<V, ?, ?> started, boolean follows) {
        run = started;
        if (!follows && started.flow().body() != BodyUse.NONE) {
            given = NO_BODY;
            started.giveBody(NO_BODY);
        }
    }

    PhaseRun<V, ?, ?> running() {
        return Objects.requireNonNull(run);
    }

    /** Returns whether pending policies, or policies of the response phase, wait for the body. */
    boolean isWaiting() {
        return run != null && (!run.isOver() || awaitedForLater);
    }

    /** Runs the policies that wait for the whole body. */
    void run(Buffer body, Consumer<PhaseResult.Passed<V>> then) {
        given = body;
        running().giveBody(body);
        owner.runRest(then);
    }

    /** Runs the policies that wait for the whole body on the body that a policy has set. */
    void replace(Buffer newBody, PhaseResult.Passed<V> result, Consumer<PhaseResult.Passed<V>> then) {
        if (running().isOver()) {
            then.accept(result);
        } else {
            run(newBody, rest -> {
                given = null;
                then.accept(rest);
            });
        }
    }

    /**
     * Returns the body that replaces Envoy's, or null. The new body is empty if the message, as policies changed it,
     * must not have a body.
     */
    @Nullable
    Buffer newBody(V held, V view) {
        Buffer body = bodyOfPolicies(view);
        if (carrier.allowsContent(view)) {
            return body;
        }
        return body == null && !carrier.allowsContent(held) ? null : NO_BODY;
    }

    /**
     * Returns the body that a policy has set, or null. A body whose coding was removed also counts as set, in its
     * decoded form.
     */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Buffer bodyOfPolicies(V view) {
        Buffer body = view.body();
        boolean setAgain = body != null && isOpened() && !BodyFields.isLabelled(view);
        return body == given && !setAgain ? null : body;
    }

    /**
     * Drops the references to the body once the policies have run. The memory that their results need beyond the bytes
     * that they replace is released with the pending answer.
     */
    public void dropBody() {
        given = null;
        pending.add(running().dropBody());
    }

    /** Releases the chain and the body after the body has passed. */
    void release() {
        close();
        run = null;
        coded = null;
        given = null;
        releaseRetained();
    }

    /** Releases everything except the retained body. */
    void close() {
        if (run != null) {
            dropBody();
        }
        closeChunks();
        if (coded != null) {
            coded.close();
        }
    }

    void closeChunks() {
        List<OpenBody> open = run == null ? List.of() : run.openBodies();
        for (int i = 0; i < open.size(); i++) {
            open.get(i).chunks().close();
        }
    }

    /** Returns whether policies of the response phase need the body but it is not retained yet. */
    public boolean isAwaitedForLater() {
        return awaitedForLater;
    }

    /** Returns the outgoing body for policies of the response phase; null if it is not retained. */
    public @Nullable Buffer retained() {
        return retained;
    }

    /** Retains the outgoing body if policies read it later. Returns false if retaining it exceeds the budget. */
    boolean retain(V view, BodyPath path) {
        Buffer body = view.body();
        return body == null || !awaitedForLater || retainCounted(body, path);
    }

    @SuppressWarnings("ReferenceEquality") // the same bytes are already counted
    private boolean retainCounted(Buffer body, BodyPath path) {
        boolean counted =
                body == given && (path == BodyPath.GATHER || isOpened() || body.length() > GatheredBody.SMALL);
        List<MemoryReservation> taken = new ArrayList<>();
        if (body.length() > 0 && counted) {
            taken.addAll(pending.hand());
        } else if (body.length() > 0) {
            MemoryReservation reserved = host.holdBody(Math.max(body.length(), GatheredBody.MIN));
            if (reserved == null) {
                return false;
            }
            taken.add(reserved);
        }
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).passTo(Holder.BODIES);
        }
        holds = taken;
        retained = GatheredBody.kept(body);
        awaitedForLater = false;
        return true;
    }

    /** Releases the retained body. Idempotent. */
    public void releaseRetained() {
        List<MemoryReservation> taken = holds;
        retained = null;
        holds = List.of();
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).release();
        }
    }
}
