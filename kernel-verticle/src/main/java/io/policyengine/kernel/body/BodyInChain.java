package io.policyengine.kernel.body;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
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
 * The body as the chain has it: given to policies, set by them, and kept for those of the response phase. What is kept is counted in
 * {@code limits.max_buffered_bytes} for as long as it is held: until the last of these policies has run, or the exchange is over.
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

    /** True if policies of the response phase look at the body, and it has not come. */
    private boolean awaitedForLater;

    /** The body in its content coding; null if no policy reads it. */
    private @Nullable CodedBody coded;

    private @Nullable PhaseRun<V, ?, ?> run;

    /** The body that the policies were given; null if none was. */
    private @Nullable Buffer given;

    /** The body as it went on, for policies of the response phase. */
    private @Nullable Buffer retained;

    /** Held by what is retained. */
    private List<Held> holds = List.of();

    /**
     * A body before any of it has come.
     *
     * @param isForLater whether policies of the response phase look at it
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
     * Prepares the coding of a body that policies read.
     *
     * @return the flow to run, reduced if the body cannot be decoded; null if the exchange is refused for that
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

    /** The body in its content coding, where policies look at it. */
    CodedBody coded() {
        return Objects.requireNonNull(coded);
    }

    private boolean isOpened() {
        return coded != null && coded.isOpen();
    }

    /**
     * The chain begins.
     *
     * @param follows whether a body may follow the headers; else policies that look at it are given an empty one
     */
    public void begin(PhaseRun<V, ?, ?> started, boolean follows) {
        run = started;
        if (!follows && started.flow().body() != BodyUse.NONE) {
            given = NO_BODY;
            started.giveBody(NO_BODY);
        }
    }

    /** The chain, once it has begun. */
    PhaseRun<V, ?, ?> running() {
        return Objects.requireNonNull(run);
    }

    /** True if policies wait for the body: some that have not run, or some of the response phase. */
    boolean isWaiting() {
        return run != null && (!run.isOver() || awaitedForLater);
    }

    /** Runs the policies that wait for the whole body. */
    void run(Buffer body, Consumer<PhaseResult.Passed<V>> then) {
        given = body;
        running().giveBody(body);
        owner.runRest(then);
    }

    /** Runs the policies that wait for the whole body, if any do, on one that was set. */
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

    /** The body that goes on in place of Envoy's, or null; it is empty where policies left a message that has none. */
    @Nullable
    Buffer newBody(V held, V view) {
        Buffer body = bodyOfPolicies(view);
        if (carrier.allowsContent(view)) {
            return body;
        }
        return body == null && !carrier.allowsContent(held) ? null : NO_BODY;
    }

    /** The body that a policy has set, or null. One with the same bytes still counts as another, with other headers. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Buffer bodyOfPolicies(V view) {
        Buffer body = view.body();
        boolean setAgain = body != null && isOpened() && !BodyFields.isLabelled(view);
        return body == given && !setAgain ? null : body;
    }

    /** Keeps nothing of the body in memory: it has gone on, and its place is another's. */
    public void dropBody() {
        given = null;
        pending.add(running().dropBody());
    }

    /** Releases the chain and the body, which has passed. */
    void letGo() {
        close();
        run = null;
        coded = null;
        given = null;
        releaseRetained();
    }

    /** Frees what it holds; what is retained stays. */
    void close() {
        if (run != null) {
            dropBody();
        }
        closeChunks();
        if (coded != null) {
            coded.close();
        }
    }

    /** Ends the chunk functions that were opened. */
    void closeChunks() {
        List<OpenBody> open = run == null ? List.of() : run.openBodies();
        for (int i = 0; i < open.size(); i++) {
            open.get(i).chunks().close();
        }
    }

    /** True if policies of the response phase look at it, and it has not come. */
    public boolean isAwaitedForLater() {
        return awaitedForLater;
    }

    /** The body as it went on, for policies of the response phase; null if it is not kept. */
    public @Nullable Buffer retained() {
        return retained;
    }

    /**
     * Keeps the outgoing body if policies read it later; false if the budget is exhausted, and the exchange is refused.
     */
    boolean retain(V view, BodyPath path) {
        Buffer body = view.body();
        return body == null || !awaitedForLater || retainCounted(body, path);
    }

    @SuppressWarnings("ReferenceEquality") // the very bytes that are counted already
    private boolean retainCounted(Buffer body, BodyPath path) {
        boolean counted =
                body == given && (path == BodyPath.GATHER || isOpened() || body.length() > GatheredBody.SMALL);
        List<Held> taken = new ArrayList<>();
        if (body.length() > 0 && counted) {
            taken.addAll(pending.hand());
        } else if (body.length() > 0) {
            Held reserved = host.holdBody(Math.max(body.length(), GatheredBody.MIN));
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
        List<Held> taken = holds;
        retained = null;
        holds = List.of();
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).release();
        }
    }
}
