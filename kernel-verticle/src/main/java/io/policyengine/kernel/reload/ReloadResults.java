package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.change.RefusedRoutesException;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.generation.Candidate;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs, counts and keeps the results of changes. A repeated problem is logged once. Confined to the event loop of
 * {@link ReloadCoordinator}; {@link #last} is thread-safe.
 */
final class ReloadResults {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadCoordinator.class);

    private final Generations generations;
    private final KeyedHash hashes;
    private final KernelMeters meters;
    private final InstantSource clock;
    private final Set<Problem> warned = new HashSet<>();
    /** The rejection of the files that were read last, or null if they, or others since, were accepted. */
    private volatile @Nullable ReloadResult rejection;
    /** True if the files of the last rejection would have refused served requests. */
    private boolean isRejectedForRefusals;

    private volatile Instant changedAt;

    private Runnable reread = () -> {};
    private volatile @Nullable ReloadResult last;

    ReloadResults(Generations generations, KeyedHash hashes, KernelMeters meters, InstantSource clock) {
        this.generations = generations;
        this.hashes = hashes;
        this.meters = meters;
        this.clock = clock;
        this.changedAt = clock.instant();
        for (Status status : Status.values()) {
            meters.configReloads(status.name());
        }
        meters.lastReload(() -> rejection == null ? 1 : 0, () -> changedAt.getEpochSecond());
    }

    void onRead(Runnable told) {
        reread = told;
    }

    /** Returns the last result, or null. */
    @Nullable
    ReloadResult last() {
        return last;
    }

    /** Records that the first configuration is in force. Its warnings have already been logged. */
    void started(List<Problem> warnings) {
        warned.addAll(warnings);
        count(Status.SUCCESS);
    }

    /** Records that the last good generation is used instead of unusable files. This has already been logged. */
    void startedInPlaceOf(ConfTexts unusable, ReportedProblems problems) {
        isRejectedForRefusals = false;
        rejection = noted(Status.FAILURE, unusable, Origin.START, problems, RouteRefusals.NONE);
    }

    /**
     * Ends the last rejection of files, because the files are accepted or in force.
     *
     * @return whether the files were rejected before
     */
    boolean endRejection() {
        boolean wasRejected = rejection != null;
        rejection = null;
        return wasRejected;
    }

    /** Returns whether the texts, or a part of them, are not in force because they would refuse served requests. */
    boolean isIncomplete(ConfTexts texts) {
        return !leftOut().isEmpty() || (isRejectedForRefusals && rejectionOf(texts) != null);
    }

    private @Nullable ReloadResult rejectionOf(ConfTexts texts) {
        ReloadResult result = rejection;
        return result != null && result.hash().equals(hashes.of(texts)) ? result : null;
    }

    /** Returns the remark that the given files were rejected, or null if they were not. */
    @Nullable
    String remark(ConfTexts files) {
        ReloadResult result = rejectionOf(files);
        if (result == null) {
            return null;
        }
        int more = result.told().count() - 1;
        return "the changed configuration of " + result.time() + " was rejected and generation "
                + running() + " stays: " + result.problems().getFirst()
                + (more == 0 ? "" : " (and " + more + " more problems: GET /config)");
    }

    ReloadResult succeeded(Candidate candidate) {
        List<Problem> problems = new ArrayList<>(leftOut().problems(true));
        problems.addAll(candidate.config().warnings());
        problems.stream().filter(problem -> !warned.contains(problem)).forEach(ReloadResults::log);
        warned.clear();
        warned.addAll(problems);
        endRejection();
        return noted(Status.SUCCESS, candidate.texts(), candidate.origin(), ReportedProblems.of(problems));
    }

    static List<Problem> problemsOf(Throwable failure) {
        return failure instanceof ConfigException found
                ? found.problems()
                : List.of(Problem.error(Location.ofFile("."), "the engine failed: " + failure));
    }

    /**
     * Records files that were rejected. The running configuration stays active.
     *
     * @param refusals the served requests that the files would refuse
     */
    private ReloadResult rejectedFiles(ConfTexts texts, Origin origin, List<Problem> problems, RouteRefusals refusals) {
        if (origin == Origin.WORKERS) {
            // Already reported when it was first rejected; the reasons may be others now.
            ReloadResult again = result(Status.FAILURE, texts, origin, ReportedProblems.of(problems), refusals);
            last = again;
            rejection = again;
            return again;
        }
        if (rejectionOf(texts) != null) {
            LOG.atError()
                    .addKeyValue(LogFields.PROBLEMS, problems.size())
                    .log("the configuration is still rejected: the running one stays in force");
        } else {
            problems.forEach(ReloadResults::log);
            LOG.atError()
                    .addKeyValue(LogFields.GENERATION, running())
                    .addKeyValue(LogFields.PROBLEMS, problems.size())
                    .log("the changed configuration is rejected as a whole: the running one stays in force");
        }
        isRejectedForRefusals = !refusals.isEmpty();
        ReloadResult result = noted(Status.FAILURE, texts, origin, ReportedProblems.of(problems), refusals);
        rejection = result;
        return result;
    }

    /** Records that files are rejected if {@code failure} says so. Otherwise fails with {@code failure}. */
    Future<ReloadResult> rejectedFiles(ConfTexts texts, Origin origin, Throwable failure) {
        return switch (failure) {
            case RefusedRoutesException refused ->
                Future.succeededFuture(rejectedFiles(texts, origin, refused.problems(), refused.refusals()));
            case ConfigException unusable ->
                Future.succeededFuture(rejectedFiles(texts, origin, unusable.problems(), RouteRefusals.NONE));
            default -> Future.failedFuture(failure);
        };
    }

    /**
     * Records that a change is rejected if {@code failure} says so. Otherwise fails with {@code failure}. The files do
     * not have the change, or get their previous content back.
     */
    Future<ReloadResult> rejectedChange(ConfTexts texts, Origin origin, Throwable failure) {
        return switch (failure) {
            case RefusedRoutesException refused ->
                Future.succeededFuture(rejectedChange(texts, origin, refused.problems(), refused.refusals()));
            case ConfigException unusable ->
                Future.succeededFuture(rejectedChange(texts, origin, unusable.problems(), RouteRefusals.NONE));
            default -> Future.failedFuture(failure);
        };
    }

    /**
     * Records a rejected change that the files do not have.
     *
     * @param refusals the served requests that the change would refuse
     */
    ReloadResult rejectedChange(ConfTexts texts, Origin origin, List<Problem> problems, RouteRefusals refusals) {
        problems.forEach(ReloadResults::log);
        return noted(Status.FAILURE, texts, origin, ReportedProblems.of(problems), refusals);
    }

    /** Records that files that were rejected have the content of the running configuration again. */
    ReloadResult restored(ConfTexts texts, Origin origin) {
        tell("the files have the content of the running configuration again: nothing is rejected any more");
        count(Status.UNCHANGED);
        ReloadResult result = result(
                Status.UNCHANGED, texts, origin, ReportedProblems.of(leftOut().problems(true)));
        last = result;
        return result;
    }

    private RouteRefusals leftOut() {
        return Objects.requireNonNull(generations.current(), "not started").leftOut();
    }

    void tellUnchanged() {
        tell("the configuration was checked and has not changed");
    }

    void tellBackInForce() {
        tell("the files of the conf directory are in force again, instead of the last good generation");
    }

    private void tell(String message) {
        LOG.atInfo().addKeyValue(LogFields.GENERATION, running()).log(message);
    }

    static void log(Problem problem) {
        var line = switch (problem.severity()) {
            case ERROR -> LOG.atError();
            case WARNING -> LOG.atWarn();
        };
        line.addKeyValue(LogFields.LOCATION, problem.location()).log("{}", problem.message());
    }

    ReloadResult noted(Status status, ConfTexts texts, Origin origin, ReportedProblems problems) {
        return noted(status, texts, origin, problems, leftOut());
    }

    private ReloadResult noted(
            Status status, ConfTexts texts, Origin origin, ReportedProblems problems, RouteRefusals refusals) {
        count(status);
        if (status != Status.FAILURE) {
            reread.run();
        }
        ReloadResult result = result(status, texts, origin, problems, refusals);
        last = result;
        return result;
    }

    /** Returns a result without recording it as the last one: the configuration has not changed. */
    ReloadResult result(Status status, ConfTexts texts, Origin origin, ReportedProblems problems) {
        return result(status, texts, origin, problems, leftOut());
    }

    private ReloadResult result(
            Status status, ConfTexts texts, Origin origin, ReportedProblems problems, RouteRefusals refusals) {
        return new ReloadResult(status, origin, clock.instant(), hashes.of(texts), running(), problems, refusals);
    }

    private void count(Status status) {
        meters.configReloads(status.name()).increment();
        if (status != Status.UNCHANGED) {
            changedAt = clock.instant();
        }
    }

    private long running() {
        return Objects.requireNonNull(generations.current(), "not started").id();
    }
}
