package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Faults;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.NativeWindows;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.ResponseRun;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange, seen from Envoy's filter: begins with the first message, owns the two directions, pins a generation, and ends
 * by its verdict. Belongs to one event loop. Whatever way it ends, {@link #onEnd} frees what it holds.
 */
final class Exchange implements EnvoyStream.Events, DirectionHost, Verdict.Host, LoopExchanges.Open {
    private final LoopContext loop;
    private final EnvoyStream stream;
    private final long id;
    private final Cancellation cancellation = new Cancellation();
    private final Lease lease;
    private final ConnectionTrust trust;
    private final Verdict verdict;
    private final Intake intake;

    private Protocol protocol = Protocol.UNTOLD;
    private ExchangeFacts facts;
    /** Null before the first message, and where there is no room for the exchange. */
    private @Nullable Directions directions;

    private ExchangeRecord record;
    private long phaseDeadline;
    /** True once the first message has come. */
    private boolean isBegun;

    private boolean admitted;
    private boolean ended;

    /**
     * An exchange that begins.
     *
     * @param loop with the settings of the generation
     * @param generation pinned for the exchange
     * @param trust what is known of the Envoy behind the connection
     */
    Exchange(LoopContext loop, EnvoyStream stream, Pinned generation, ConnectionTrust trust) {
        this.loop = loop;
        this.stream = stream;
        this.id = loop.shared().nextExchangeId();
        this.trust = trust;
        this.facts = loop.untold();
        this.record = loop.records().none();
        this.lease = new Lease(loop.shared(), generation);
        this.verdict = new Verdict(this, loop);
        this.intake = new Intake(loop, stream, this::onInvalidMessage);
        loop.exchanges().add(this);
    }

    @Override
    public ExchangeFacts facts() {
        return facts;
    }

    @Override
    public boolean isOpen() {
        return verdict.isOpen();
    }

    @Override
    public void onMessage(EnvoyMessage message) {
        loop.limit().arrived();
        try {
            take(message);
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            bug(bug);
        }
    }

    private void take(EnvoyMessage message) {
        if (!isBegun && EnvoyReader.isObservability(message)) {
            verdict.settle(Outcome.OBSERVED);
            stream.discard();
            intake.stop();
        }
        Message kind = EnvoyReader.kind(message);
        if (!isBegun && protocol.equals(Protocol.UNTOLD)) {
            // Told once, be it by a message that asks for nothing.
            protocol = EnvoyReader.protocol(message);
        }
        if (isBegun || kind != null) {
            intake.stop();
        }
        if (kind == null) {
            ignore(message, "a message of a kind that this version does not know");
            return;
        }
        if (!isOpen()) {
            message.release();
            return;
        }
        if (EnvoyReader.fieldCount(message) > Intake.MAX_FIELDS) {
            onInvalidMessage(GrpcStatus.RESOURCE_EXHAUSTED, kind + " with more than " + Intake.MAX_FIELDS + " fields");
            return;
        }
        if (isBegun) {
            record.received(
                    kind.label(),
                    kind.isRequest(),
                    message.size(),
                    loop.ticker().nanoTime());
        }
        if (isBegun && !intake.hold(kind, message, facts)) {
            refuseForBytes();
        }
        if (isOpen() && (isBegun || begin(kind, message))) {
            Objects.requireNonNull(directions).take(kind, message);
        } else {
            message.release();
        }
    }

    /** Takes up the first message; false if the exchange is refused by it. */
    private boolean begin(Message kind, EnvoyMessage first) {
        long arrived = loop.ticker().nanoTime();
        Map<String, String> attributes = EnvoyReader.attributes(first);
        facts = FirstMessage.read(loop, lease, stream.initialMetadata(), protocol, kind, first, attributes);
        beginRecord(arrived);
        isBegun = true;
        record.received(kind.label(), kind.isRequest(), first.size(), arrived);
        Refusal refusal = intake.refusalOf(first, facts, lease);
        if (refusal == null) {
            Directions both = Directions.of(this, loop, facts, trust, id, cancellation, stream.account(), record);
            directions = both;
            refusal = both.admit(loop, facts, kind, first, attributes);
        }
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

    private void beginRecord(long arrived) {
        ExchangeRecord begun = loop.records().take(loop.config().observability());
        record = begun;
        begun.begin(
                loop.config().observability(),
                lease.generation(),
                loop.shared().clock().millis(),
                arrived,
                facts.requestId(),
                facts.originalRequest());
        begun.route(facts.routeName(), facts.configuredRoute(), facts.choice());
        begun.trace(facts.trace());
        if (facts.trace().exists()) {
            long lookup = loop.ticker().nanoTime() - arrived;
            begun.spanTimes().begin(EpochNanos.of(loop.shared().clock()) - lookup, lookup);
        }
    }

    @Override
    public void onInvalidMessage(GrpcStatus status, String problem) {
        refuseMessage(IllegalMessage.unread(status), status, problem);
    }

    private void refuseMessage(IllegalMessage kind, GrpcStatus status, String problem) {
        if (!ended) {
            loop.shared().meters().messageRefused(kind);
            loop.shared().log().violation(facts, problem);
            record.failed(null, problem);
            close(Outcome.PROTOCOL_ERROR, status, problem);
        }
    }

    /**
     * A body that passes in chunks waits for its turn, as long as a phase may last. One that is gathered is refused: while it waited, it
     * would hold what others need.
     */
    @Override
    public void onShortage() {
        if (directions != null && !directions.gathers()) {
            intake.awaitRoom(this::refuseForBytes);
        } else {
            refuseForBytes();
        }
    }

    private void refuseForBytes() {
        guarded(() -> refuse(ErrorCode.OVERLOADED, Admission.BYTES_HELD));
    }

    /**
     * A body that passes in chunks goes on: each chunk gives back what it held before the next comes. One that is gathered is refused,
     * since it would only take more.
     */
    @Override
    public void onUnfairShare() {
        if (directions != null && directions.gathers()) {
            refuseForBytes();
        }
    }

    /** Tells the client if that is still possible; if Envoy takes no answers, or owes the end of the stream, cuts the stream off. */
    @Override
    public void onShed(long bytes, Duration idle) {
        String reason = Admission.shed(bytes, idle);
        if (isOpen() && stream.isWritten()) {
            guarded(() -> refuse(ErrorCode.OVERLOADED, reason));
        } else {
            verdict.breakOff(ErrorCode.OVERLOADED, reason);
            stream.cut();
        }
    }

    /** Leaves the exchange to go on without the engine, if nothing of it is left to do: a clean end of the stream says so. */
    @Override
    public void letGoIfSettled() {
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

    /** Ends an exchange for which there is no more time: its client is told if that is still possible, else the answer breaks off. */
    @Override
    public void end(String reason) {
        letGoIfSettled();
        if (ended || directions == null) {
            return;
        }
        if (isOpen() && stream.isWritten()) {
            guarded(() -> refuse(ErrorCode.WORKER_UNAVAILABLE, reason));
        } else if (isOpen()) {
            verdict.breakOff(ErrorCode.WORKER_UNAVAILABLE, reason);
            stream.cut();
        }
    }

    /** The time for which the generation has been replaced that the exchange runs by. */
    @Override
    public Duration heldRetiredFor() {
        return lease.heldRetiredFor();
    }

    @Override
    public void onHalfMessage() {
        if (isOpen()) {
            intake.awaitMessage();
        }
    }

    @Override
    public boolean owesAnswer() {
        return verdict.outcome() == null && directions != null && directions.isUnanswered();
    }

    @Override
    public void onEnd() {
        if (ended) {
            return;
        }
        Directions both = directions;
        Outcome decided = verdict.outcome();
        Outcome how = decided == null ? undecidedOutcome() : decided;
        if (both != null && how == Outcome.PASSED && both.mayBeCut()) {
            loop.shared().log().failure(ErrorCode.POLICY_NOT_SUPPORTED, facts, Admission.CUT);
            record.failed(ErrorCode.POLICY_NOT_SUPPORTED, Admission.CUT);
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
        if (isBegun) {
            endRecord(how, both == null ? 0 : both.response().status());
            loop.shared().meters().ended(facts.meters(), calls(), how, verdict.answerKind(how));
        } else if (how != Outcome.CANCELLED) {
            loop.shared().meters().count(how);
        }
        // Last: the meters of a route go once nothing pins its generation.
        lease.free();
    }

    /** Nothing of the exchange touches the record any more: another may have it. */
    private void endRecord(Outcome how, int status) {
        ExchangeRecord over = record;
        record = loop.records().none();
        over.ended(how, status, loop.ticker().nanoTime());
        loop.records().ended(over);
    }

    private Outcome undecidedOutcome() {
        if (directions == null || owesAnswer()) {
            return Outcome.CANCELLED;
        }
        return facts.plan() == null && !facts.refusedByEnvoy() ? Outcome.UNKNOWN_ROUTE : Outcome.PASSED;
    }

    private int calls() {
        return directions == null ? 0 : directions.calls() + verdict.calls();
    }

    /** Holds the generation no longer, and so perhaps the route's meters. */
    private void unpin() {
        facts.meters().prepareEnd(calls() > 0);
        lease.unpin();
    }

    @Override
    public void askedToEnd() {
        unpin();
    }

    /**
     * Takes messages again if none waits. Once nothing is left to do, the exchange holds only a place: Envoy keeps the stream until the
     * exchange ends, which can take hours with a WebSocket, events or a download.
     */
    @Override
    public void answered() {
        Directions both = Objects.requireNonNull(directions);
        if (!both.isHolding()) {
            stream.resume();
        }
        if (isOpen() && !facts.wantsEnd() && both.isSettled()) {
            unpin();
            record.passed(both.response().status());
            both.letGo(facts);
            intake.letGoHeaders();
            if (loop.exchanges().isDraining()) {
                letGoIfSettled();
            }
        }
    }

    @Override
    public void deny(ImmediateResponse response, String deniedBy, Supplier<@Nullable ChainProgress> progress) {
        if (isOpen()) {
            verdict.denied(response, deniedBy, progress);
        }
    }

    @Override
    public void fail(ErrorCode code, String failedAt) {
        if (isOpen()) {
            verdict.failed(code, failedAt);
        }
    }

    @Override
    public void failOf(PolicyException excess) {
        loop.shared().log().failure(excess.code(), facts, String.valueOf(excess.getMessage()));
        record.failed(excess.code(), String.valueOf(excess.getMessage()));
        verdict.failed(excess.code(), Verdict.KERNEL);
    }

    @Override
    public void resume(Runnable next) {
        if (isOpen()) {
            guarded(() -> {
                try {
                    next.run();
                } catch (PolicyException excess) {
                    failOf(excess);
                }
            });
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            bug(bug);
        }
    }

    @Override
    public void refuse(ErrorCode code, String reason) {
        verdict.refuse(Outcome.of(code), code, reason, admitted);
    }

    @Override
    public ExchangeRecord record() {
        return record;
    }

    @Override
    public HeaderMap left() {
        return directions == null ? HeaderMap.empty() : directions.request().left();
    }

    @Override
    public ResponseRun newRun(FlowPlan flow, ResponseView denial) {
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
            facts.letGo();
        }
        intake.letGoHeaders();
    }

    @Override
    public void write(EnvoyAnswer answer) {
        if (isOpen()) {
            record.answered(answer.label(), answer.isOfRequest(), loop.ticker().nanoTime());
            stream.write(answer);
        }
    }

    @Override
    public boolean isBehind() {
        return stream.isWriteQueueFull();
    }

    @Override
    public void whenTaken(Runnable next) {
        stream.onDrain(() -> resume(next));
    }

    @Override
    public @Nullable Held holdBody(long bytes) {
        Held held = stream.account().hold(Holder.BODIES, bytes);
        if (held == null) {
            refuseForBytes();
        }
        return held;
    }

    @Override
    public NativeWindows.Window newWindow(long max) {
        return stream.account().newWindow(max);
    }

    @Override
    public void releaseWhenWritten(Held answered) {
        stream.releaseWhenWritten(answered);
    }

    @Override
    public void ignore(EnvoyMessage message, String what) {
        message.release();
        loop.shared().meters().messageIgnored();
        loop.shared().log().ignoredMessage(facts, what);
    }

    @Override
    public void pause() {
        stream.pause();
    }

    @Override
    public void violate(String problem) {
        refuseMessage(IllegalMessage.OUT_OF_ORDER, GrpcStatus.INVALID_ARGUMENT, problem);
    }

    private void close(Outcome how, GrpcStatus status, String problem) {
        verdict.settle(how);
        stream.fail(status, problem);
        onEnd();
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

    @Override
    public void bug(Throwable bug) {
        loop.shared().log().bug(facts, bug);
        record.failed(
                ErrorCode.INTERNAL,
                "the engine itself failed: " + bug.getClass().getName());
        if (!ended) {
            close(Outcome.FAILED, GrpcStatus.INTERNAL, "internal error");
        }
    }
}
