package io.policyengine.kernel.generation;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Overrides;
import io.policyengine.kernel.worker.registry.WorkerRegistry;
import io.policyengine.kernel.worker.registry.WorkerSet;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Drafts configurations and compares them with the running generation. While overrides are in force, a second draft
 * without them shows the problems that they hide.
 */
final class JudgedDrafts {
    private final WorkerRegistry registry;
    private final GenerationSteps turns;
    private final Drafting drafting;
    private final Function<Candidate, Overrides> overridesOf;

    /**
     * Creates an object that has made no draft yet.
     *
     * @param overridesOf returns the overrides in force with a configuration
     */
    JudgedDrafts(
            WorkerRegistry registry,
            GenerationSteps turns,
            Drafting drafting,
            Function<Candidate, Overrides> overridesOf) {
        this.registry = registry;
        this.turns = turns;
        this.drafting = drafting;
        this.overridesOf = overridesOf;
    }

    /**
     * Returns a draft of the configuration. Its problems include those that overrides or {@code mode: off} would hide.
     */
    Future<GenerationDraft> examined(Candidate candidate) {
        Overrides now = overridesOf.apply(candidate);
        if (now.active().isEmpty() && !hasEntriesThatAreOff(candidate)) {
            return joined(candidate);
        }
        return joined(candidate, now.ended(), true)
                .compose(written -> joined(candidate)
                        .map(draft -> draft.withProblemsOf(written).judgedBy(written))
                        .onComplete(_ -> drafting.discard(written)));
    }

    /**
     * Returns a draft of the configuration. The routes that it opens, and the requests that it refuses, are also
     * determined without the overrides in force.
     */
    Future<GenerationDraft> judged(Candidate candidate) {
        Overrides now = overridesOf.apply(candidate);
        if (now.active().isEmpty()) {
            return joined(candidate);
        }
        return joined(candidate, now.ended(), false)
                .compose(written -> joined(candidate)
                        .map(draft -> draft.judgedBy(written))
                        .onComplete(_ -> drafting.discard(written)));
    }

    private static boolean hasEntriesThatAreOff(Candidate candidate) {
        return candidate.config().routes().stream()
                .flatMap(route -> Stream.of(route.requestFlow(), route.responseFlow()))
                .flatMap(flow -> flow.chain().stream())
                .anyMatch(entry -> entry.mode() == EntryMode.OFF);
    }

    private Future<GenerationDraft> joined(Candidate candidate) {
        return joined(candidate, overridesOf.apply(candidate), false);
    }

    private Future<GenerationDraft> joined(Candidate candidate, Overrides inForce, boolean offToo) {
        WorkerSet workers = registry.join(candidate.config());
        return turns.apart(() -> registry.tried(workers))
                .compose(_ -> drafting.draft(candidate, workers, inForce, offToo));
    }
}
