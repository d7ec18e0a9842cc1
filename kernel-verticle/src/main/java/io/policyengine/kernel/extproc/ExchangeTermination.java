package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Faults;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.ResponsePhaseRun;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of an exchange, with the methods that end it. {@link #end} releases everything. Some parts are released
 * earlier: the generation when nothing is left to do, chains and header fields when the client is answered. Confined to
 * one event loop.
 */
final class ExchangeTermination implements Verdict.Host, LoopExchanges.Open {
    private final LoopContext loop;
    private final EnvoyStream stream;
    private final long id;
    private final Lease lease;
    private final Intake intake;
    private final Cancellation cancellation = new Cancellation();
    private final Verdict verdict;

    private ExchangeFacts facts;
    private ExchangeRecord record;
    /** The directions; null before the first message, and if the exchange is refused because of overload. */
    private @Nullable Directions directions;

    private long phaseDeadline;
    private boolean hasBegun;
    private boolean admitted;
    private boolean ended;

    /**
     * Creates the state of an exchange whose stream is open.
     *
     * @param lease the lease of the generation that the exchange uses until its end
     */
    ExchangeTermination(LoopContext loop, EnvoyStream stream, Lease lease, Intake intake) {
        this.loop = loop;
        this.stream = stream;
        this.id = loop.shared().nextExchangeId();
        this.lease = lease;
        this.intake = intake;
        this.facts = loop.untold();
        this.record = loop.records().none();
        this.verdict = new Verdict(this, loop);
        loop.exchanges().add(this);
    }

    // ---- state of the exchange

    long id() {
        return id;
    }

    Lease lease() {
        return lease;
    }

    Intake intake() {
        return intake;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public ExchangeFacts facts() {
        return facts;
    }

    @Override
    public ExchangeRecord record() {
        return record;
    }

    @Nullable
    Directions directions() {
        return directions;
    }

    boolean hasBegun() {
        return hasBegun;
    }

    boolean isOpen() {
        return verdict.isOpen();
    }

    void begin(ExchangeFacts read, long arrived) {
        facts = read;
        ExchangeRecord begun = loop.records().take(loop.config().observability());
        record = begun;
        begun.begin(
                loop.config().observability(),
                lease.generation(),
                loop.shared().clock().millis(),
                arrived,
                read.requestId(),
                read.originalRequest());
        begun.route(read.routeName(), read.configuredRoute(), read.choice());
        begun.trace(read.trace());
        if (read.trace().exists()) {
            long lookup = loop.ticker().nanoTime() - arrived;
            begun.spanTimes().begin(EpochNanos.of(loop.shared().clock()) - lookup, lookup);
        }
        hasBegun = true;
    }

    void hold(Directions both) {
        directions = both;
    }

    /**
     * Admits the exchange if {@code refusal} is null, else answers with the refusal. Returns whether the exchange is
     * admitted.
     */
    boolean admits(@Nullable Refusal refusal) {
        switch (refusal) {
            case null -> admitted = true;
            case Refusal.Failure(ErrorCode code, String reason) -> refuse(code, reason);
            case Refusal.Denial(ImmediateResponse response) -> {
                record.pathRefused();
                verdict.answer(Outcome.DENIED, response, Verdict.KERNEL);
            }
        }
        return admitted;
    }

    @Override
    public long beginPhase() {
        phaseDeadline =
                loop.ticker().nanoTime() + loop.config().limits().phaseTimeout().toNanos();
        return phaseDeadline;
    }

    @Override
    public long phaseDeadline() {
        return phaseDeadline;
    }

    // ---- ways to the end

    void observe() {
        verdict.settle(Outcome.OBSERVED);
        stream.discard();
        intake.stop();
    }

    /** Answers the client with the response of a policy, unless the exchange already has its final answer. */
    void deny(ImmediateResponse response, String deniedBy, Supplier<@Nullable ChainProgress> progress) {
        if (isOpen()) {
            verdict.denied(response, deniedBy, progress);
        }
    }

    /**
     * Answers the client with an error that has already been logged, unless the exchange already has its final answer.
     */
    void fail(ErrorCode code, String failedAt) {
        if (isOpen()) {
            verdict.failed(code, failedAt);
        }
    }

    /** Fails the exchange, because policies change more than Envoy accepts. */
    void failOf(PolicyException excess) {
        String reason = String.valueOf(excess.getMessage());
        loop.shared().log().failure(excess.code(), facts, reason);
        record.failed(excess.code(), reason);
        verdict.failed(excess.code(), Verdict.KERNEL);
    }

    /** Answers the client with an error of the engine, unless the exchange already has its final answer. */
    void refuse(ErrorCode code, String reason) {
        verdict.refuse(Outcome.of(code), code, reason, admitted);
    }

    void refuseForBytes() {
        guarded(() -> refuse(ErrorCode.OVERLOADED, Overload.BYTES.reason()));
    }

    /** Ends the exchange, because Envoy sent an illegal message. */
    void refuseMessage(IllegalMessage kind, GrpcStatus status, String problem) {
        if (!ended) {
            loop.shared().meters().messageRefused(kind);
            loop.shared().log().violation(facts, problem);
            record.failed(null, problem);
            close(Outcome.PROTOCOL_ERROR, status, problem);
        }
    }

    /** Ends the exchange, because the engine itself failed. */
    void bug(Throwable bug) {
        loop.shared().log().bug(facts, bug);
        record.failed(
                ErrorCode.INTERNAL,
                "the engine itself failed: " + bug.getClass().getName());
        if (!ended) {
            close(Outcome.FAILED, GrpcStatus.INTERNAL, "internal error");
        }
    }

    /** Runs a step, and ends the exchange if the step throws. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            bug(bug);
        }
    }

    /**
     * Answers the client with an overload error if that is still possible, or else resets the stream. Works even if
     * Envoy does not read answers.
     */
    void shed(long bytes, Duration idle) {
        String reason = Admission.shed(bytes, idle);
        if (isOpen() && stream.isWritten()) {
            guarded(() -> refuse(ErrorCode.OVERLOADED, reason));
        } else {
            breakOff(ErrorCode.OVERLOADED, reason);
        }
    }

    @Override
    public void finishIfSettled() {
        Directions both = directions;
        if (both != null
                && isOpen()
                && !facts.wantsEnd()
                && both.isSettled()
                && !both.isUnanswered()
                && !both.mayBeCut()) {
            stream.finish();
        }
    }

    @Override
    public void expire(String reason) {
        finishIfSettled();
        if (ended || directions == null) {
            return;
        }
        if (isOpen() && stream.isWritten()) {
            guarded(() -> refuse(ErrorCode.WORKER_UNAVAILABLE, reason));
        } else if (isOpen()) {
            breakOff(ErrorCode.WORKER_UNAVAILABLE, reason);
        }
    }

    private void breakOff(ErrorCode code, String reason) {
        verdict.breakOff(code, reason);
        stream.cut();
    }

    private void close(Outcome how, GrpcStatus status, String problem) {
        verdict.settle(how);
        stream.fail(status, problem);
        end();
    }

    // ---- requests of the verdict

    @Override
    public HeaderMap left() {
        return directions == null ? HeaderMap.empty() : directions.request().left();
    }

    @Override
    public ResponsePhaseRun newRun(FlowPlan flow, ResponseView denial) {
        return Objects.requireNonNull(directions).response().newRun(flow, denial);
    }

    @Override
    public void answer(Verdict.ImmediateAnswer answer) {
        String contentType = facts.originalRequest().headers().get("content-type");
        Metadata metadata = directions == null ? Metadata.empty() : directions.metadata();
        stream.write(loop.writer().immediate(answer.response(), answer.decidedBy(), metadata, contentType));
        stream.discard();
        intake.stop();
        cancellation.cancel();
        if (directions != null) {
            directions.drop(facts);
        } else {
            facts.release();
        }
        intake.releaseHeaders();
    }

    // ---- release

    @Override
    public Duration heldRetiredFor() {
        return lease.heldRetiredFor();
    }

    boolean owesAnswer() {
        return verdict.outcome() == null && directions != null && directions.isUnanswered();
    }

    /** Releases the exchange's generation. The route's meters may then be removed. */
    void unpin() {
        facts.meters().prepareEnd(calls() > 0);
        lease.unpin();
    }

    /**
     * Releases everything except the slot if the engine has nothing left to do. Envoy keeps the stream until the
     * exchange ends, which can take hours with a WebSocket, events or a download.
     */
    void dropIfSettled() {
        Directions both = Objects.requireNonNull(directions);
        if (isOpen() && !facts.wantsEnd() && both.isSettled()) {
            unpin();
            record.passed(both.response().status());
            both.release(facts);
            intake.releaseHeaders();
            if (loop.exchanges().isDraining()) {
                finishIfSettled();
            }
        }
    }

    /**
     * Releases everything that the exchange holds, and reports its outcome. Called whenever the stream ends.
     * Idempotent.
     */
    void end() {
        if (ended) {
            return;
        }
        Directions both = directions;
        Outcome decided = verdict.outcome();
        Outcome how = decided == null ? undecidedOutcome() : decided;
        if (both != null && how == Outcome.PASSED && both.mayBeCut()) {
            loop.shared().log().failure(ErrorCode.ROUTE_MISCONFIGURED, facts, Admission.CUT);
            record.failed(ErrorCode.ROUTE_MISCONFIGURED, Admission.CUT);
            how = Outcome.FAILED;
        }
        if (both != null && decided == null && both.response().hasBegun()) {
            both.response().body().delivery().endedWithoutBody();
        }
        ended = true;
        loop.exchanges().remove(this);
        verdict.settle(how);
        intake.stop();
        cancellation.cancel();
        if (both != null) {
            both.close();
            both.tellEnd(verdict, how, id, loop.workers());
        }
        if (hasBegun) {
            endRecord(how, both == null ? 0 : both.response().status());
            loop.shared().meters().ended(facts.meters(), calls(), how, verdict.answerKind(how));
        } else if (how != Outcome.CANCELLED) {
            loop.shared().meters().count(how);
        }
        // Last, since a route's meters are removed once nothing pins its generation.
        lease.free();
    }

    private Outcome undecidedOutcome() {
        if (directions == null || owesAnswer()) {
            return Outcome.CANCELLED;
        }
        return facts.plan() == null && !facts.refusedByEnvoy() ? Outcome.UNKNOWN_ROUTE : Outcome.PASSED;
    }

    /** Completes the exchange's record. It must not be used afterwards, because another exchange may reuse it. */
    private void endRecord(Outcome how, int status) {
        ExchangeRecord over = record;
        record = loop.records().none();
        over.ended(how, status, loop.ticker().nanoTime());
        loop.records().ended(over);
    }

    private int calls() {
        return directions == null ? 0 : directions.calls() + verdict.calls();
    }
}
