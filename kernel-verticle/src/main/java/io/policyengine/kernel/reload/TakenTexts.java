package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.history.History;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The texts that were last read from the conf directory, valid or not. After a rollback, an earlier configuration can
 * be in force instead, until the files change. Confined to the event loop of {@link ReloadCoordinator}.
 */
final class TakenTexts {
    private final Generations generations;
    private final History history;
    private ConfTexts texts;
    /** True while a rollback is in force that was not written to the files. */
    private boolean isPinned;

    TakenTexts(ConfTexts found, Generations generations, History history) {
        this.texts = found;
        this.generations = generations;
        this.history = history;
    }

    ConfTexts texts() {
        return texts;
    }

    /** Returns the texts of the running generation. */
    ConfTexts running() {
        return Objects.requireNonNull(generations.current(), "not started")
                .snapshot()
                .texts();
    }

    /** Returns whether a rollback is in force instead of the files. */
    boolean isPinned() {
        return isPinned;
    }

    /** Replaces the texts by those found in the directory. If the texts have changed, a rollback ends. */
    void take(ConfTexts found) {
        isPinned = isPinned && found.hash().equals(texts.hash());
        texts = found;
    }

    /** Records a file that the engine has written. */
    void write(FileEdit written) {
        texts = texts.with(written);
    }

    /** Records the texts that have become active, whether or not the files contain them. */
    void activated(ConfTexts active) {
        isPinned = !active.hash().equals(texts.hash());
    }

    /**
     * Returns a message if the running configuration differs from the files because of a rollback, else null. The
     * message names the reason and the remedy.
     */
    @Nullable
    String whyPinned() {
        if (!isPinned) {
            return null;
        }
        String back = history.snapshots().stream()
                .filter(snapshot -> snapshot.hash().equals(history.hashes().of(texts)))
                .findFirst()
                .map(snapshot -> ", or roll back to generation " + snapshot.id() + ", which has their content")
                .orElse("");
        return "generation "
                + Objects.requireNonNull(generations.current(), "not started").id()
                + " was put into force by a rollback that did not write the files of the conf directory, "
                + "and stays until these files change: change them" + back;
    }

    /** Returns a warning if a rollback is in force instead of the files. */
    ReportedProblems remarks() {
        String why = whyPinned();
        Location directory = Location.ofFile(texts.directory().toString());
        return why == null ? ReportedProblems.NONE : ReportedProblems.of(List.of(Problem.warning(directory, why)));
    }
}
