package io.policyengine.kernel;

import io.policyengine.core.admin.Readiness;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.exercise.SelfExercise;
import io.policyengine.kernel.extproc.KernelContext;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.worker.Worker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The readiness of the kernel. The kernel is not ready until its first generation is active and its warm-up requests
 * (the exercise) are over. It is also not ready while it drains, or while routes wait for a worker, see
 * {@link ServedRoutes}. Confined to the kernel's event loop.
 */
final class KernelReadiness {
    static final String DRAINING = "the kernel is draining";
    static final String NO_GENERATION = "no generation is active yet";
    static final String EXERCISES = "the kernel still sends itself warm-up requests (the exercise), for "
            + SelfExercise.LIMIT.toSeconds() + " s at most";

    private final Generations generations;
    private final ReloadCoordinator reloads;
    private final KernelContext context;
    private final Management management;
    private final StoredOverrides storedOverrides;
    private final ServedRoutes servedRoutes;
    private volatile boolean exercised;

    KernelReadiness(
            Generations generations,
            ReloadCoordinator reloads,
            KernelContext context,
            Management management,
            StoredOverrides storedOverrides,
            Ticker ticker) {
        this.generations = generations;
        this.reloads = reloads;
        this.context = context;
        this.management = management;
        this.storedOverrides = storedOverrides;
        this.servedRoutes = new ServedRoutes(ticker);
    }

    /** Records which routes of the new active generation can be served. */
    void note(Generation generation) {
        waiting(generation, generations.registry().unavailableReasons().keySet());
    }

    /** Records that the kernel's warm-up requests (the exercise) are over, or that none are configured. */
    void exercised() {
        exercised = true;
    }

    /** Returns human-readable reasons why the kernel has not started yet; empty once it has. Callable on any thread. */
    List<String> notStarted() {
        return exercised ? List.of() : List.of(EXERCISES);
    }

    Readiness ask(boolean draining) {
        return new Readiness(draining ? List.of(DRAINING) : notReady(), notes());
    }

    /** Returns human-readable remarks to show with the readiness; they do not affect it. */
    private List<String> notes() {
        Set<String> notes = new LinkedHashSet<>();
        notes.addAll(reloads.remarks());
        Generation current = generations.current();
        if (current != null) {
            notes.addAll(current.report().remarks());
            notes.addAll(generations.registry().policyRemarks());
            notes.addAll(generations.registry().remarks());
            Map<String, String> unavailableReasons = generations.registry().unavailableReasons();
            waiting(current, unavailableReasons.keySet())
                    .others()
                    .forEach(plan -> notes.addAll(missing(plan, unavailableReasons)));
        }
        notes.addAll(context.remarks());
        notes.addAll(management.remarks());
        if (storedOverrides.areLostAtTheEnd()) {
            notes.add("overrides are kept in memory only and are lost when the kernel stops. To keep them, start the"
                    + " kernel with a state directory (--state)");
        }
        return List.copyOf(notes);
    }

    /** Returns human-readable reasons why the kernel is not ready; empty if it is ready. */
    private List<String> notReady() {
        Generation current = generations.current();
        if (current == null) {
            return List.of(NO_GENERATION);
        }
        Map<String, String> unavailableReasons = generations.registry().unavailableReasons();
        ServedRoutes.Waiting waiting = waiting(current, unavailableReasons.keySet());
        Set<String> problems = new LinkedHashSet<>();
        if (!exercised) {
            problems.add(EXERCISES);
        }
        String obstacle = current.report().obstacle();
        if (obstacle != null) {
            problems.add(obstacle);
        }
        waiting.blocking().forEach(plan -> problems.addAll(missing(plan, unavailableReasons)));
        return List.copyOf(problems);
    }

    private ServedRoutes.Waiting waiting(Generation generation, Set<String> unavailable) {
        return servedRoutes.note(
                generation.plans(), generation.config().kernel().workers(), unavailable);
    }

    /**
     * Returns human-readable reasons why the route cannot be served yet; empty if the route waits for no worker.
     *
     * @param unavailableReasons by worker name, why the worker cannot be called
     */
    private static List<String> missing(RoutePlan plan, Map<String, String> unavailableReasons) {
        Worker worker = plan.missingWorker();
        if (worker != null) {
            return List.of("worker '" + worker + "' cannot be called: " + unavailableReasons.get(worker.name()));
        }
        RoutePlan.Refusal refusal = plan.refusal();
        if (refusal == null || !plan.isAwaited()) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        unavailableReasons.forEach((name, why) -> missing.add("worker '" + name + "' has not answered yet: " + why));
        missing.add(refusal.reason());
        return missing;
    }
}
