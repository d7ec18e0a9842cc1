package io.policyengine.app.generations;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.StoredGenerations;
import java.nio.file.Files;
import java.util.stream.Collectors;

/** Finds stored generations by number, and reads the current conf directory. */
public final class GenerationNames {
    private static final String CONF = "conf";

    private GenerationNames() {}

    /**
     * Returns the generations in a state directory.
     *
     * @throws CommandFailure if the directory does not exist
     */
    public static StoredGenerations allBlocking(StateDirectory state) {
        if (!Files.isDirectory(state.path())) {
            throw CommandFailure.usage(
                    state.path() + ": no such state directory; name the engine's directory with --state");
        }
        return state.readBlocking();
    }

    /** Returns the generation with a number. Throws {@link CommandFailure} if it does not exist or is unusable. */
    static Snapshot findBlocking(StateDirectory state, String id) {
        return findBlocking(state, id, "");
    }

    /**
     * Returns the generation with a number. If it does not exist, the failure's message ends with {@code otherNames}.
     */
    private static Snapshot findBlocking(StateDirectory state, String id, String otherNames) {
        StoredGenerations all = allBlocking(state);
        return all.snapshots().stream()
                .filter(snapshot -> Long.toString(snapshot.id()).equals(id))
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage(why(all, id, state, otherNames)));
    }

    private static String why(StoredGenerations all, String id, StateDirectory state, String otherNames) {
        return all.unusable().stream()
                .filter(one -> Long.toString(one.id()).equals(id))
                .findFirst()
                .map(StoredGenerations.Unusable::why)
                .orElseGet(() -> "there is no generation " + id + " in " + state.path() + "; there are: " + list(all)
                        + otherNames);
    }

    private static String list(StoredGenerations all) {
        return all.snapshots().isEmpty()
                ? "none"
                : all.snapshots().stream()
                        .map(snapshot -> Long.toString(snapshot.id()))
                        .collect(Collectors.joining(", "));
    }

    /**
     * Returns the files of a generation or of the conf directory. Throws {@link CommandFailure} if they are unreadable.
     */
    static ConfTexts textsBlocking(StateDirectory state, String name) {
        if (!name.equals(CONF)) {
            return findBlocking(state, name, ", and " + CONF + ", the present conf directory")
                    .texts();
        }
        ConfTexts present = ConfTexts.readBlocking(state.conf().directory());
        if (present.fault() != null) {
            throw CommandFailure.usage(present.directory() + ": " + present.fault());
        }
        return present;
    }
}
