package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.EntryTimes;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A run of a chain on a message. */
final class ChainRun<C, O> extends EntryRun<SegmentResult<O>> {
    private final PhaseSteps<C, O> steps;
    private final List<BoundEntry> entries;
    private final int end;
    private final IntConsumer begun;
    private final boolean opens;
    private final List<EntryResult<O>> results;
    private final long[] times;
    private final List<ChunkStage> stages = new ArrayList<>(0);
    private C context;
    private int index;

    /**
     * The complete body while the current entry's filter processes it. The policy has already decided about the
     * message.
     */
    private @Nullable WholeBody<C, O> wholeBody;

    /**
     * The result of the current entry if its policy does not decide: the condition is false, or the entry is a shadow
     * entry.
     */
    private @Nullable EntryResult<O> passedOver;

    private @Nullable ChunkRun chunks;

    /** The cancellation of the current entry; null if the next entry needs a new one. */
    private @Nullable Cancellation own;

    /**
     * The listener for cancellation of the call. It is removed when the run ends, since the exchange may last much
     * longer.
     */
    private Cancellation.@Nullable Listening listening;

    /**
     * Creates a run of entries from index {@code first} up to {@code end}, exclusive.
     * @param begun receives the index of each entry before it runs
     * @param opens whether the body is streamed, so that filters are opened
     */
    ChainRun(
            ChainLoop loop,
            PhaseSteps<C, O> steps,
            List<BoundEntry> entries,
            int first,
            int end,
            C context,
            IntConsumer begun,
            boolean opens) {
        super(
                loop,
                steps.call(context),
                steps.call(context).deadlineNanos(),
                steps.call(context).isCutShort());
        this.steps = steps;
        this.entries = entries;
        this.index = Objects.checkFromToIndex(first, end, entries.size());
        this.end = end;
        this.context = context;
        this.begun = begun;
        this.opens = opens;
        this.results = new ArrayList<>(end - first);
        this.times = new long[end - first];
    }

    /** The run of the body, available once the run of the chain has ended; null if no entry reads the body. */
    @Nullable
    ChunkRun chunks() {
        return chunks;
    }

    @Override
    @Nullable
    BoundEntry current() {
        return index < end ? entries.get(index) : null;
    }

    @Override
    boolean isResumed() {
        return wholeBody != null;
    }

    @Override
    @Nullable
    Future<?> invoke(BoundEntry entry) {
        if (wholeBody != null) {
            return wholeBody.filter();
        }
        Expression<Boolean> condition = entry.condition();
        boolean applies = condition == null || steps.holds(condition, context);
        ShadowObserver shadow = entry.shadow();
        if (applies && shadow == null) {
            separate(entry);
            begun.accept(index);
            return steps.run(entry.policy(), steps.shownTo(entry, context));
        }
        if (!applies) {
            entry.observer().skipped(call());
        } else if (shadow != null) {
            startShadow(entry, shadow);
        }
        Future<O> unchanged = steps.unchanged();
        passedOver = applies ? new EntryResult.Completed<>(unchanged.result()) : new EntryResult.Skipped<>();
        return unchanged;
    }

    /**
     * Gives the entry its own cancellation. The previous entry's cancellation is reused if it has no listeners, which
     * is likely because most entries complete immediately.
     */
    private void separate(BoundEntry entry) {
        Cancellation told = own;
        boolean isNew = told == null || !told.isUntouched();
        if (told == null || isNew) {
            told = call().cancellation().part(new DependencyTime(loop().ticker()));
            own = told;
        }
        begin(entry, told.time());
        if (isNew || call().trace() != null) {
            // Each entry reached so far has one result, so their number is the index of this one.
            context = steps.withCall(context, call().ofEntry(told, results.size()));
        }
    }

    @Override
    @Nullable
    Cancellation own() {
        return own;
    }

    @Override
    boolean take(BoundEntry entry, Object answer) {
        EntryResult<O> over = passedOver;
        if (over != null) {
            return passOver(over);
        }
        WholeBody<C, O> filtered = wholeBody;
        O outcome = filtered == null
                ? steps.outcome(answer)
                : filtered.outcomeAfter(RequestChunkOutcome.class.cast(answer));
        if (steps.denies(outcome)) {
            outcome = sendable(entry, outcome);
        }
        EntryFailure illegal = steps.check(outcome, context, loop().limits());
        Metadata metadata = steps.metadata(context);
        if (illegal == null && steps.changesMetadata(outcome)) {
            metadata = steps.metadataAfter(outcome, context);
            illegal = checkState(metadata);
        }
        if (illegal != null) {
            return fail(entry, illegal, null);
        }
        boolean last = steps.ends(outcome) || index + 1 == end;
        C next = last || !steps.changes(outcome) ? context : steps.after(entry, outcome, metadata, context);
        Buffer body = bodyOf(outcome);
        ChunkStage stage = filtered == null ? openFor(entry, outcome, body) : null;
        if (stage != null && body != null) {
            wholeBody = new WholeBody<>(steps, outcome, stage, body, steps.isComplete(outcome, context));
            return true;
        }
        if (body != null) {
            // A body that was set on the headers replaces the one that earlier filters waited for.
            closeFilters();
        }
        context = next;
        if (stage != null) {
            stages.add(stage);
            own = null;
        }
        if (steps.denies(outcome)) {
            closeFilters();
        }
        note(entry, new EntryResult.Completed<>(outcome), null);
        return !last;
    }

    /**
     * Returns the denial without the parts that the checks of outcomes would reject, since a denial must never become a
     * failure of its entry.
     */
    private O sendable(BoundEntry entry, O denial) {
        List<String> leftOut = new ArrayList<>(0);
        O sendable = steps.sendable(denial, context, loop().limits(), reason -> {
            if (leftOut.size() < SendableResponse.MAX_REASONS) {
                leftOut.add(reason);
            }
        });
        if (steps.changesMetadata(sendable)) {
            EntryFailure excess = checkState(steps.metadataAfter(sendable, context));
            if (excess != null) {
                leftOut.add(excess.message());
                sendable = steps.withoutInstructions(sendable);
            }
        }
        if (!leftOut.isEmpty()) {
            entry.observer().leftOut(call(), leftOut);
        }
        return sendable;
    }

    private void startShadow(BoundEntry entry, ShadowObserver observer) {
        int shadowed = index;
        ShadowRun<C, O> shadow =
                ShadowRun.start(loop(), steps, entry, observer, context, _ -> begun.accept(shadowed), opens);
        if (shadow != null && opens && steps.body(context) == null && entry.bodyNeed() != BodyNeed.NONE) {
            stages.add(new ChunkStage(index, entry, shadow, call()));
        }
    }

    /** Records the result of an entry that changes nothing. The next entry receives the same input. */
    private boolean passOver(EntryResult<O> result) {
        passedOver = null;
        times[results.size()] = EntryTimes.pack(offset(), 0);
        results.add(result);
        index++;
        return true;
    }

    /**
     * Opens the stage in which the entry filters the body of this message. Returns null if the entry does not read the
     * body in chunks.
     */
    private @Nullable ChunkStage openFor(BoundEntry entry, O outcome, @Nullable Buffer body) {
        if (steps.denies(outcome) || !looksAtChunks(entry, body)) {
            return null;
        }
        ChunkFilter<?> filter = steps.open(entry.policy(), steps.shownTo(entry, context));
        if (filter == null) {
            throw new PolicyException(ErrorCode.POLICY_ERROR, "the policy returned null instead of a chunk filter");
        }
        return filter.equals(ChunkFilter.none()) ? null : new ChunkStage(index, entry, filter, steps.call(context));
    }

    /**
     * Returns whether the entry reads the body in chunks. A complete body is read as one chunk if the policy accepts
     * nothing but chunks; {@code body} is null if the body is not complete.
     */
    private boolean looksAtChunks(BoundEntry entry, @Nullable Buffer body) {
        return body == null ? opens && entry.bodyNeed() != BodyNeed.NONE : entry.bodyNeed() == BodyNeed.STREAMING;
    }

    private @Nullable Buffer bodyOf(O outcome) {
        return steps.bodyAfter(outcome, context);
    }

    private @Nullable EntryFailure checkState(Metadata metadata) {
        int size = metadata.size();
        long limit = loop().limits().maxStateSize();
        return size <= limit
                ? null
                : new EntryFailure(
                        ErrorCode.STATE_TOO_LARGE, "metadata of " + size + " bytes; at most " + limit + " are allowed");
    }

    @Override
    boolean fail(BoundEntry entry, EntryFailure failure, @Nullable Throwable cause) {
        ShadowObserver shadow = entry.shadow();
        if (shadow != null) {
            // It has not run: its condition failed, or no time was left. The shadow run reports failures of the policy.
            boolean isLate = failure.code() == ErrorCode.DEADLINE_EXCEEDED;
            shadow.counts(call(), isLate ? ShadowOutcome.NOT_RUN : ShadowOutcome.ERROR, failure);
            return passOver(new EntryResult.Skipped<>());
        }
        OnFailure follows = entry.after(failure);
        if (follows == OnFailure.DENY) {
            closeFilters();
        }
        note(entry, new EntryResult.Failed<>(failure), cause);
        return switch (follows) {
            case DENY, SKIP_REMAINING -> false;
            case CONTINUE -> true;
        };
    }

    private void note(BoundEntry entry, EntryResult<O> result, @Nullable Throwable cause) {
        closeWholeBody();
        long nanos = nanos();
        times[results.size()] = EntryTimes.pack(offset(), nanos);
        results.add(result);
        index++;
        entry.observer().ended(call(), result, nanos, cause);
    }

    @Override
    SegmentResult<O> end() {
        listenNoMore();
        if (!stages.isEmpty()) {
            chunks = new ChunkRun(loop(), call(), steps.answersClient(), stages);
        }
        return new SegmentResult<>(results, EntryTimes.of(times, results.size()));
    }

    @Override
    void stopped() {
        listenNoMore();
        closeWholeBody();
        closeFilters();
    }

    private void listenNoMore() {
        if (listening != null) {
            listening.end();
        }
    }

    private void closeWholeBody() {
        WholeBody<C, O> ended = wholeBody;
        wholeBody = null;
        if (ended != null) {
            ended.close();
        }
    }

    private void closeFilters() {
        List<ChunkStage> closed = List.copyOf(stages);
        stages.clear();
        closed.forEach(ChunkStage::close);
    }

    @Override
    void beforeWaiting() {
        listening = call().cancellation().onCancel(() -> onContext(this::cancel));
    }
}
