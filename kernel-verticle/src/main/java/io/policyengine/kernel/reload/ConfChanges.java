package io.policyengine.kernel.reload;

import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.async.UnansweredException;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.history.StateException;
import io.policyengine.kernel.history.StoredOverrides;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes the conf directory for the management API, one change at a time. A change is validated, written to the files,
 * and then activated. The files remain authoritative. Confined to the kernel's event loop.
 */
public final class ConfChanges {
    private final Vertx vertx;
    private final ReloadCoordinator reloads;
    private final StoredOverrides kept;
    /** The queue of operators' changes. Each change belongs to a pending request of the management API. */
    private final SerialQueue changes = new SerialQueue();

    private final SerialQueue urgentChanges = new SerialQueue();

    /**
     * Writes the stored overrides, one write at a time: after each change, and again once an unresponsive disk
     * responds.
     */
    private final DirectoryAccess keeping;
    /** True if the overrides in force are not stored because the disk did not answer. */
    private boolean isUnsaved;

    /**
     * Creates an object that changes the coordinator's conf directory.
     *
     * @param kept the overrides that are used if the directory cannot be written
     */
    public ConfChanges(Vertx vertx, ReloadCoordinator reloads, StoredOverrides kept) {
        this.vertx = vertx;
        this.reloads = reloads;
        this.kept = kept;
        this.keeping = new DirectoryAccess(vertx, "policy-engine-overrides", "the place of overrides " + kept.place());
        keeping.onAnswered(() -> {
            if (isUnsaved) {
                save();
            }
        });
    }

    /**
     * Validates, writes and activates a change.
     *
     * @param guard the checks that reject accidental losses
     * @param change returns the edits, given the running texts; may block and throw
     * @return the result; fails with {@link ConfigException} if the changed configuration has errors, with {@link
     *     ConfChangeException} if the files cannot be written, and with exceptions of {@code change}
     */
    public Future<ReloadResult> make(LossGuard guard, Function<ConfTexts, List<FileEdit>> change) {
        return changes.run(() -> makeNow(guard, change, problem -> problem.severity() == Problem.Severity.ERROR));
    }

    /**
     * Restores an earlier configuration, except its overrides, and writes it to the files. If another tool manages the
     * files, the configuration is activated only in memory, until the files change. Lint findings do not prevent the
     * rollback; the result contains them.
     *
     * @param guard the checks that reject accidental losses
     * @return the result; fails like {@link #make}
     */
    public Future<ReloadResult> rollBack(ConfTexts wanted, LossGuard guard) {
        return changes.run(() -> makeNow(
                        guard, running -> wanted.withOverridesOf(running).editsFrom(running), Problem::forbidsUse)
                .recover(failure -> failure instanceof ConfChangeException refused
                        ? reloads.inDirectory(_ -> inMemoryBlocking(wanted, refused))
                                .compose(texts -> reloads.tryCandidate(texts, Origin.API, guard))
                        : Future.failedFuture(failure)));
    }

    /**
     * Returns the texts to activate only in memory after a refused write. If the files could be written, and the write
     * was only refused because they differ from the running configuration, throws the refusal again.
     */
    private ConfTexts inMemoryBlocking(ConfTexts wanted, ConfChangeException refused) {
        ConfTexts texts = wanted.withOverridesOf(reloads.texts()).withBlocking(List.of());
        List<FileEdit> edits = texts.editsFrom(ConfTexts.readBlocking(texts.directory()));
        if (refused.kind() == ConfChangeException.Kind.FILES_DIFFER
                && !edits.isEmpty()
                && new ConfWriter(texts.directory()).canWriteBlocking(edits)) {
            throw refused;
        }
        return texts;
    }

    /**
     * Makes an emergency change of the overrides, before any pending check. The change is written to the file, and
     * added to the running configuration even if other files, routes or workers have problems. If it would refuse
     * served requests, it is rejected, and the file gets its previous content back.
     *
     * @param change returns the edit of the overrides, given the running texts. The edit must be valid and reference no
     *     file. The function may block and throw
     * @return the result; fails with {@link ConfChangeException} if the file cannot be written, and with exceptions of
     *     {@code change}
     */
    public Future<ReloadResult> makeInEmergency(Function<ConfTexts, FileEdit> change) {
        return urgentChanges.run(() -> {
            ConfTexts running = reloads.texts();
            return OffLoop.call(vertx, () -> change.apply(running))
                    .compose(edit -> reloads.inDirectory(attempt -> writtenBlocking(attempt, running, edit)))
                    .compose(edit -> reloads.putOnTop(edit)
                            .compose(result -> result.status() == ReloadResult.Status.FAILURE
                                    ? takenBack(running, edit).map(_ -> result)
                                    : Future.succeededFuture(result)));
        });
    }

    /** Restores the content that a file had before a rejected edit. */
    private Future<?> takenBack(ConfTexts running, FileEdit rejected) {
        FileText former = running.files().get(rejected.file());
        FileEdit back = new FileEdit(rejected.file(), former instanceof FileText.Content(String text) ? text : null);
        return reloads.inDirectory(attempt -> {
                    attempt.requireAwaited();
                    new ConfWriter(running.directory()).writeBlocking(List.of(back));
                    return back;
                })
                .onSuccess(reloads::tookBack);
    }

    /**
     * Makes an emergency change of the overrides that are stored outside of the conf directory, see
     * {@link #makeInEmergency}.
     *
     * @param change returns the new overrides, which must be valid, given the current ones. The function may throw
     * @return the result; has a warning if the overrides could not be stored on disk
     */
    public Future<ReloadResult> keepInEmergency(Function<ConfTexts, FileEdit> change) {
        return urgentChanges.run(() -> {
            String wanted = change.apply(kept.texts()).text();
            return reloads.overrideAtOnce(kept.of(wanted)).compose(result -> {
                kept.take(wanted);
                return save().map(result::with);
            });
        });
    }

    public void close() {
        keeping.close();
    }

    private Future<List<Problem>> save() {
        isUnsaved = false;
        String wanted = kept.text();
        return keeping.run(_ -> savedBlocking(wanted)).recover(failure -> {
            if (!(failure instanceof UnansweredException)) {
                return Future.failedFuture(failure);
            }
            isUnsaved = true;
            return Future.succeededFuture(List.of(unsaved(failure)));
        });
    }

    private List<Problem> savedBlocking(@Nullable String wanted) {
        try {
            kept.saveBlocking(wanted);
            return List.of();
        } catch (StateException failed) {
            return List.of(unsaved(failed));
        }
    }

    private static Problem unsaved(Throwable why) {
        return Problem.warning(
                Location.ofFile(ConfTexts.OVERRIDES),
                why.getMessage() + ": until that is corrected, a restart restores the overrides stored before");
    }

    private static FileEdit writtenBlocking(DirectoryAccess.Attempt attempt, ConfTexts running, FileEdit edit) {
        ConfTexts found = ConfTexts.readBlocking(running.directory());
        if (found.fault() != null) {
            throw new ConfChangeException(
                    ConfChangeException.Kind.READ_ONLY,
                    "the conf directory cannot be used (" + found.fault() + "): restore it first");
        }
        if (!Objects.equals(found.files().get(edit.file()), running.files().get(edit.file()))) {
            throw new ConfChangeException(
                    ConfChangeException.Kind.FILES_DIFFER,
                    edit.file()
                            + " differs from the running configuration: correct it first. GET /config shows"
                            + " whether it was rejected");
        }
        attempt.requireAwaited();
        new ConfWriter(running.directory()).writeBlocking(List.of(edit));
        return edit;
    }

    private record Wanted(List<FileEdit> edits, ConfTexts texts) {}

    private Future<ReloadResult> makeNow(
            LossGuard guard, Function<ConfTexts, List<FileEdit>> change, Predicate<Problem> standsInTheWay) {
        ConfTexts running = reloads.texts();
        return reloads.inDirectory(_ -> checkedBlocking(running))
                // Runs outside of directory access, whose time limit is too short for edits of the whole configuration.
                .compose(_ -> OffLoop.call(vertx, () -> change.apply(running)))
                .compose(edits -> reloads.inDirectory(_ -> new Wanted(edits, running.withBlocking(edits))))
                .compose(wanted -> reloads.check(wanted.texts(), guard).compose(problems -> {
                    if (problems.stream().anyMatch(standsInTheWay)) {
                        return Future.failedFuture(new ConfigException(problems));
                    }
                    List<Problem> others = problems.stream()
                            .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                            .toList();
                    // An override may have been written and activated in the meantime.
                    return reloads.inDirectory(attempt ->
                                    writtenBlocking(attempt, running.withOverridesOf(reloads.texts()), wanted))
                            .compose(_ -> reloads.reload(Origin.API, guard))
                            .map(result -> result.with(others));
                }));
    }

    private static Wanted writtenBlocking(DirectoryAccess.Attempt attempt, ConfTexts running, Wanted wanted) {
        // The files may have changed during the check, which can take seconds.
        checkedBlocking(running);
        attempt.requireAwaited();
        new ConfWriter(running.directory()).writeBlocking(wanted.edits());
        return wanted;
    }

    private static ConfTexts checkedBlocking(ConfTexts running) {
        if (!ConfTexts.readBlocking(running.directory()).hash().equals(running.hash())) {
            throw new ConfChangeException(
                    ConfChangeException.Kind.FILES_DIFFER,
                    "the files of the conf directory differ from the running configuration: correct them first."
                            + " GET /config shows whether they were rejected");
        }
        return running;
    }
}
