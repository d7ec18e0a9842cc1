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
 * The running chain of one direction. It runs in parts. Each part has its own deadline, and the durations of all parts
 * are added up.
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

    interface Owner<V extends MessageView<V>> {
        /** Reports that no further part of the chain will run. */
        void chainRan(PhaseRun<V, ?, ?> ran, long nanos);

        /** Returns the message to forward after the chain has run as far as possible for now. */
        PhaseResult.Passed<V> leaving(PhaseResult.Passed<V> passed);
    }

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

    /** Returns the number of worker calls made, excluding calls for chunks of bodies. */
    int calls() {
        return run.calls() + callsOnTrailers;
    }

    /** Returns the metadata of all policies up to the last completed part of the chain. */
    Metadata metadata() {
        return metadata;
    }

    /**
     * Runs the next part of the chain.
     *
     * @param end index of the first segment that does not run now
     * @param opens whether chunk functions are opened for a streamed body
     * @param then called if the message may pass
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

    void runRest(Consumer<PhaseResult.Passed<V>> then) {
        runTo(run.flow().segments().size(), false, then);
    }

    /**
     * Runs the policies that have run on the headers and read trailers.
     *
     * @param received the trailers as received
     * @param message the message that the trailers end
     * @param then called with the trailers to forward
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
