package io.policyengine.kernel.generation;

import io.policyengine.core.error.Problem;
import io.policyengine.core.route.RouteTable;
import io.policyengine.kernel.change.PlannedRoutes;
import io.policyengine.kernel.change.RouteAnswers;
import io.policyengine.kernel.change.RouteOpenings;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.policyengine.kernel.worker.registry.WorkerSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A generation whose chains are prepared, but which is not active yet.
 *
 * @param modes the modes of its entries
 * @param planned its routes, and what they guarantee
 * @param unconfirmed workers whose chains are assumed valid because no replica was reachable
 */
record GenerationDraft(
        long id,
        Candidate candidate,
        WorkerSet workers,
        LiveChains.Share chains,
        Modes modes,
        Planned planned,
        Set<String> unconfirmed) {
    /**
     * The planned routes of a draft.
     *
     * @param problems problems of single routes, and likely mistakes
     * @param answers the requests that the draft's routes let through
     * @param openings the routes that the draft opens compared with the running generation
     * @param refusals the requests that the draft refuses although the running generation serves them
     */
    record Planned(
            List<RouteTable.Row<RoutePlan>> rows,
            List<Problem> problems,
            RouteAnswers answers,
            RouteOpenings openings,
            RouteRefusals refusals) {}

    List<RouteTable.Row<RoutePlan>> rows() {
        return planned.rows();
    }

    List<Problem> problems() {
        return planned.problems();
    }

    RouteAnswers answers() {
        return planned.answers();
    }

    RouteOpenings openings() {
        return planned.openings();
    }

    RouteRefusals refusals() {
        return planned.refusals();
    }

    PlannedRoutes routes() {
        return new PlannedRoutes(
                candidate.config(), rows().stream().map(RouteTable.Row::value).toList());
    }

    /** Returns a copy with the problems of a draft of the same configuration. */
    GenerationDraft withProblemsOf(GenerationDraft other) {
        return with(new Planned(rows(), other.problems(), answers(), openings(), refusals()));
    }

    /**
     * Returns a copy whose openings, and whose answers without overrides, come from {@code written}, a draft of the
     * same configuration without overrides. The refusals that the edits in {@code written} cause are added.
     */
    GenerationDraft judgedBy(GenerationDraft written) {
        return with(new Planned(
                rows(),
                problems(),
                answers().judgedIn(written.answers()),
                written.openings(),
                refusals().andOfEdits(written.refusals())));
    }

    private GenerationDraft with(Planned other) {
        return new GenerationDraft(id, candidate, workers, chains, modes, other, unconfirmed);
    }

    /**
     * Returns the problems that a strict check rejects: problems of routes, lint errors, and problems of workers that
     * cannot serve the draft.
     */
    List<Problem> objections() {
        List<Problem> objections = new ArrayList<>();
        of(Problem.Severity.ERROR).forEach(problem -> objections.add(problem.withRemedy()));
        Set<Worker> unfitWorkers = new HashSet<>();
        for (int i = 0; i < rows().size(); i++) {
            RoutePlan plan = rows().get(i).value();
            var place = candidate.config().routes().get(i).location();
            RoutePlan.Refusal refusal = plan.refusal();
            if (plan.isAwaited() && refusal != null) {
                objections.addAll(refusal.problems());
            }
            for (WorkerChain chain : plan.required()) {
                Worker worker = chain.worker();
                String unfit = whyUnfit(worker);
                if (!unfit.isEmpty() && unfitWorkers.add(worker)) {
                    objections.add(Problem.error(place, unfit));
                }
            }
        }
        return objections;
    }

    /** The human-readable reason why the worker cannot serve the draft; empty if it can. */
    private String whyUnfit(Worker worker) {
        if (!worker.isAvailable()) {
            return "no replica of worker '" + worker + "' can be called";
        }
        return unconfirmed.contains(worker.name())
                ? "no replica of worker '" + worker + "' has prepared its chains in time"
                : "";
    }

    /** Returns warnings about configuration that is valid but probably unintended. */
    List<Problem> warnings() {
        return of(Problem.Severity.WARNING);
    }

    private List<Problem> of(Problem.Severity severity) {
        return problems().stream()
                .filter(problem -> problem.severity() == severity)
                .toList();
    }
}
