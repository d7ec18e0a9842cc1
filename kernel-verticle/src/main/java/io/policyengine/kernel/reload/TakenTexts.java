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
 * The texts last taken from the conf directory, valid or not. After a rollback, an earlier configuration can be in force
 * in their place until the files change. Confined to the event loop of {@link ReloadCoordinator}.
 */
final class TakenTexts {
    private final Generations generations;
    private final History history;
    private ConfTexts texts;
    /** True after a rollback that the files do not contain, until the files change. */
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

    /** Returns whether a rollback is in force in place of the files. */
    boolean isPinned() {
        return isPinned;
    }

    /** Replaces the texts by those found in the directory. If they have changed, a rollback ends. */
    void take(ConfTexts found) {
        isPinned = isPinned && found.hash().equals(texts.hash());
        texts = found;
    }

    /** Records a file that the engine has written. */
    void write(FileEdit written) {
        texts = texts.with(written);
    }

    /** Records that these texts have become active, whether or not the files contain them. */
    void activated(ConfTexts active) {
        isPinned = !active.hash().equals(texts.hash());
    }

    /**
     * Returns why the running configuration differs from the files after a rollback, and how to return to them; null
     * without a rollback.
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

    /** Returns a warning if a rollback is in force in place of the files. */
    ReportedProblems remarks() {
        String why = whyPinned();
        Location directory = Location.ofFile(texts.directory().toString());
        return why == null ? ReportedProblems.NONE : ReportedProblems.of(List.of(Problem.warning(directory, why)));
    }
}
