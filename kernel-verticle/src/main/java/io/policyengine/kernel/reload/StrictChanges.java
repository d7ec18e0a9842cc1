package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.SupersededException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks and activates texts from the management API. Every route in them must be servable, and every worker reachable.
 */
final class StrictChanges {
    private final Candidates candidates;
    private final Generations generations;
    private final TakenTexts taken;
    private final ReloadResults results;

    StrictChanges(Candidates candidates, Generations generations, TakenTexts taken, ReloadResults results) {
        this.candidates = candidates;
        this.generations = generations;
        this.taken = taken;
        this.results = results;
    }

    /**
     * Activates texts if every route in them can be served and every worker is reachable. Lint findings are only
     * reported.
     */
    Future<ReloadResult> activate(ConfTexts texts, Origin origin, LossGuard guard) {
        return candidates
                .read(texts, origin, guard)
                .compose(candidate -> generations.activateIfSound(candidate).map(problems -> {
                    if (problems.stream().anyMatch(Problem::forbidsUse)) {
                        return results.rejectedChange(texts, origin, problems, RouteRefusals.NONE);
                    }
                    taken.activated(texts);
                    return results.succeeded(candidate).with(problems);
                }))
                .recover(failure -> failure instanceof SupersededException
                        ? activate(texts.withOverridesOf(taken.running()), origin, guard)
                        : results.rejectedChange(texts, origin, failure));
    }

    /** Returns the problems and warnings of texts. */
    Future<List<Problem>> check(ConfTexts texts, LossGuard guard) {
        return candidates
                .read(texts, Origin.API, guard)
                .compose(candidate -> generations.check(candidate).map(problems -> {
                    List<Problem> all = new ArrayList<>(candidate.config().warnings());
                    all.addAll(problems);
                    return all;
                }))
                .recover(failure -> Future.succeededFuture(ReloadResults.problemsOf(failure)));
    }
}
