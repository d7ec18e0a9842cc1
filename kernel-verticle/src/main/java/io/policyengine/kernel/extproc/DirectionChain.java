package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.TrailersPhaseRun;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chain of one direction while it runs. It runs in parts: each has its own deadline, and their times are added up.
 *
 * @param <V> the message as policies see it
 */
final class DirectionChain<V extends MessageView<V>> {
    private final DirectionHost exchange;
    private final LoopContext loop;
    private final ExchangeFacts facts;
    private final PhaseRun<V, ?, ?> run;
    private final Owner<V> owner;
    private Metadata metadata;
    private long nanos;
    private int callsOnTrailers;

    /** The direction that a chain runs in. */
    interface Owner<V extends MessageView<V>> {
        /** All of the chain has run, or as much of it as ever will. */
        void chainRan(PhaseRun<V, ?, ?> ran, long nanos);

        /** The message as it goes on, once its chain has run as far as it can now. */
        PhaseResult.Passed<V> leaving(PhaseResult.Passed<V> passed);
    }

    /**
     * Creates a chain that has not run.
     *
     * @param owner is notified of the end
     */
    DirectionChain(
            DirectionHost exchange, LoopContext loop, ExchangeFacts facts, PhaseRun<V, ?, ?> run, Owner<V> owner) {
        this.exchange = exchange;
        this.loop = loop;
        this.facts = facts;
        this.run = run;
        this.owner = owner;
        this.metadata = run.metadata();
    }

    PhaseRun<V, ?, ?> run() {
        return run;
    }

    /** Worker calls that were made, chunks of bodies not counted. */
    int calls() {
        return run.calls() + callsOnTrailers;
    }

    /** The metadata that policies left, once the last part has run. */
    Metadata metadata() {
        return metadata;
    }

    /**
     * Runs a part of the chain.
     *
     * @param end index of the first segment that does not run now
     * @param opens whether chunk functions are opened for a streamed body
     * @param then continues, if the message may
     */
    void runTo(int end, boolean opens, Consumer<PhaseResult.Passed<V>> then) {
        boolean wasOver = run.isOver();
        long started = loop.ticker().nanoTime();
        run.runTo(end, opens, exchange.beginPhase(), result -> {
            nanos += loop.ticker().nanoTime() - started;
            if (!wasOver) {
                noteEnd(result);
            }
            if (exchange.isOpen()) {
                goOn(result, run::progress, passed -> then.accept(owner.leaving(passed)));
            }
        });
    }

    /** Runs what has not run. */
    void runRest(Consumer<PhaseResult.Passed<V>> then) {
        runTo(run.flow().segments().size(), false, then);
    }

    /**
     * Runs those of its policies that look at trailers, and have run.
     *
     * @param received the trailers as they came
     * @param message that they end
     * @param then goes on, with the trailers as they are to go on
     */
    void runOnTrailers(
            TrailersView received, TrailersPhaseRun.Message message, Consumer<PhaseResult.Passed<TrailersView>> then) {
        @Nullable TrailersPhaseRun trailers = run.onTrailers(received, message);
        if (trailers == null) {
            then.accept(new PhaseResult.Passed<>(received, Set.of(), false, Metadata.empty(), 0));
            return;
        }
        trailers.runTo(trailers.flow().segments().size(), false, exchange.beginPhase(), result -> {
            callsOnTrailers = trailers.calls();
            if (exchange.isOpen()) {
                goOn(result, trailers::progress, then);
            }
        });
    }

    private void noteEnd(PhaseResult<V> result) {
        boolean passed = result instanceof PhaseResult.Passed<V>;
        if (run.isOver() || !passed) {
            owner.chainRan(run, nanos);
        }
        if (run.isOver() && passed) {
            loop.shared().log().ran(facts, run, nanos);
        }
    }

    private <M extends MessageView<M>> void goOn(
            PhaseResult<M> result, Supplier<@Nullable ChainProgress> progress, Consumer<PhaseResult.Passed<M>> then) {
        metadata = result.metadata();
        switch (result) {
            case PhaseResult.Passed<M> passed -> {
                try {
                    then.accept(passed);
                } catch (PolicyException excess) {
                    exchange.failOf(excess);
                }
            }
            case PhaseResult.Denied<M>(ImmediateResponse denial, String by, Metadata _, int _) ->
                exchange.deny(denial, by, progress);
            case PhaseResult.Failed<M>(ErrorCode code, String failedAt, Metadata _, int _) ->
                exchange.fail(code, failedAt);
        }
    }
}
