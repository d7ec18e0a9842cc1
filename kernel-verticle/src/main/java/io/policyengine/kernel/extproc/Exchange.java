package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Faults;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.account.NativeWindows;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.envoy.MessageKind;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP exchange as Envoy's filter sees it: a request and a response, whose messages are answered in order.
 * {@link ExchangeTermination} holds its state and ends it. Confined to one event loop.
 */
final class Exchange implements EnvoyStream.Events, DirectionHost {
    private final LoopContext loop;
    private final EnvoyStream stream;
    private final ConnectionTrust trust;
    private final ExchangeTermination termination;
    private ExchangeProtocol protocol = ExchangeProtocol.UNTOLD;

    /**
     * Creates an exchange whose stream is open.
     *
     * @param loop the context of the event loop, with the settings of the generation
     * @param generation the generation that the exchange uses until its end
     * @param trust what is known about the Envoy behind the connection
     */
    Exchange(LoopContext loop, EnvoyStream stream, Pinned generation, ConnectionTrust trust) {
        this.loop = loop;
        this.stream = stream;
        this.trust = trust;
        this.termination = new ExchangeTermination(
                loop, stream, new Lease(loop.shared(), generation), new Intake(loop, stream, this));
    }

    // ---- messages from Envoy

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
        boolean hasBegun = termination.hasBegun();
        if (!hasBegun && EnvoyReader.isObservability(message)) {
            termination.observe();
        }
        MessageKind kind = EnvoyReader.kind(message);
        if (!hasBegun && protocol.equals(ExchangeProtocol.UNTOLD)) {
            // Announced once, even in a message that requires no answer.
            protocol = EnvoyReader.protocol(message);
        }
        if (hasBegun || kind != null) {
            termination.intake().stop();
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
        if (hasBegun) {
            receive(kind, message);
        }
        if (isOpen() && (hasBegun || begin(kind, message))) {
            Objects.requireNonNull(termination.directions()).take(kind, message);
        } else {
            message.release();
        }
    }

    private void receive(MessageKind kind, EnvoyMessage message) {
        termination
                .record()
                .received(
                        kind.label(),
                        kind.isRequest(),
                        message.size(),
                        loop.ticker().nanoTime());
        if (!termination.intake().hold(kind, message, termination.facts())) {
            termination.refuseForBytes();
        }
    }

    /** Begins the exchange with its first message. Returns false if the exchange is refused. */
    private boolean begin(MessageKind kind, EnvoyMessage first) {
        long arrived = loop.ticker().nanoTime();
        Map<String, String> attributes = EnvoyReader.attributes(first);
        if (!trust.isIdentified()) {
            trust.identify(EnvoyReader.version(first), loop.config().pathRules());
        }
        Lease lease = termination.lease();
        ExchangeFacts facts =
                FirstMessage.read(loop, lease, stream.initialMetadata(), protocol, kind, first, attributes);
        termination.begin(facts, arrived);
        termination.record().received(kind.label(), kind.isRequest(), first.size(), arrived);
        Refusal refusal = termination.intake().refusalOf(first, facts, lease);
        if (refusal == null) {
            Directions both = Directions.of(
                    this,
                    loop,
                    facts,
                    trust,
                    termination.id(),
                    termination.cancellation(),
                    stream.account(),
                    termination.record());
            termination.hold(both);
            refusal = both.admit(loop, facts, kind, first, attributes);
        }
        return termination.admits(refusal);
    }

    @Override
    public void onInvalidMessage(GrpcStatus status, String problem) {
        termination.refuseMessage(IllegalMessage.unread(status), status, problem);
    }

    @Override
    public void onHalfMessage() {
        if (isOpen()) {
            termination.intake().awaitMessage();
        }
    }

    /**
     * Waits for memory, for at most the phase timeout. If the exchange gathers a body in memory, or has not begun yet,
     * it is refused instead.
     */
    @Override
    public void onShortage() {
        Directions both = termination.directions();
        if (both != null && !both.gathers()) {
            termination.intake().awaitRoom(termination::refuseForBytes);
        } else {
            termination.refuseForBytes();
        }
    }

    /**
     * Refuses the exchange if it gathers a body, because the body would take more and more memory. A body in chunks
     * continues, because each chunk releases its memory before the next.
     */
    @Override
    public void onUnfairShare() {
        Directions both = termination.directions();
        if (both != null && both.gathers()) {
            termination.refuseForBytes();
        }
    }

    @Override
    public void onShed(long bytes, Duration idle) {
        termination.shed(bytes, idle);
    }

    @Override
    public boolean owesAnswer() {
        return termination.owesAnswer();
    }

    @Override
    public void onEnd() {
        termination.end();
    }

    // ---- answers to Envoy

    @Override
    public void write(EnvoyAnswer answer) {
        if (isOpen()) {
            termination
                    .record()
                    .answered(
                            answer.label(), answer.isOfRequest(), loop.ticker().nanoTime());
            stream.write(answer);
        }
    }

    /** Continues reading if no message waits, and drops state that is no longer needed. */
    @Override
    public void answered() {
        if (!Objects.requireNonNull(termination.directions()).isHolding()) {
            stream.resume();
        }
        termination.dropIfSettled();
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
    public void pause() {
        stream.pause();
    }

    @Override
    public void ignore(EnvoyMessage message, String what) {
        message.release();
        loop.shared().meters().messageIgnored();
        loop.shared().log().ignoredMessage(termination.facts(), what);
    }

    @Override
    public @Nullable MemoryReservation holdBody(long bytes) {
        MemoryReservation held = stream.account().hold(Holder.BODIES, bytes);
        if (held == null) {
            termination.refuseForBytes();
        }
        return held;
    }

    @Override
    public NativeWindows.Window newWindow(long max) {
        return stream.account().newWindow(max);
    }

    @Override
    public void releaseWhenWritten(MemoryReservation answered) {
        stream.releaseWhenWritten(answered);
    }

    // ---- requests of chains and bodies

    @Override
    public boolean isOpen() {
        return termination.isOpen();
    }

    @Override
    public long beginPhase() {
        return termination.beginPhase();
    }

    @Override
    public void resume(Runnable next) {
        if (isOpen()) {
            termination.guarded(() -> {
                try {
                    next.run();
                } catch (PolicyException excess) {
                    failOf(excess);
                }
            });
        }
    }

    @Override
    public void askedToEnd() {
        termination.unpin();
    }

    @Override
    public void deny(ImmediateResponse response, String deniedBy, Supplier<@Nullable ChainProgress> progress) {
        termination.deny(response, deniedBy, progress);
    }

    @Override
    public void fail(ErrorCode code, String failedAt) {
        termination.fail(code, failedAt);
    }

    @Override
    public void failOf(PolicyException excess) {
        termination.failOf(excess);
    }

    @Override
    public void refuse(ErrorCode code, String reason) {
        termination.refuse(code, reason);
    }

    @Override
    public void violate(String problem) {
        termination.refuseMessage(IllegalMessage.OUT_OF_ORDER, GrpcStatus.INVALID_ARGUMENT, problem);
    }

    @Override
    public void bug(Throwable bug) {
        termination.bug(bug);
    }
}
