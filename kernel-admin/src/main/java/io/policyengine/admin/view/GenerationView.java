package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import java.util.List;
import java.util.Set;

/** A configuration that is or was active. */
@Doc("A configuration that is or was active.")
public record GenerationView(
        @Doc("Increasing number, which continues across restarts if generations are kept on disk.")
        long id,

        @Doc("Hash of the configuration's texts; comparable with other hashes of the same state directory.")
        String hash,

        @Doc("The event that led to the generation.") Origin origin,

        @Doc("Time at which the configuration became active, ISO 8601.")
        String time,

        @Doc("True if new exchanges use this configuration.")
        boolean active,

        @Doc("True if exchanges still use this configuration although another one is active.")
        boolean inUse,

        @Doc("The files from which the configuration was read.")
        List<String> files) {
    /** The list of the generations that are or were active. */
    @Doc("The last configurations that were active, newest first.")
    public record All(List<GenerationView> generations) {}

    /**
     * Creates the view of a snapshot.
     *
     * @param running the hash of the running configuration
     * @param pinned the ids of inactive generations that exchanges still use
     */
    public static GenerationView of(Snapshot snapshot, String running, Set<Long> pinned) {
        return new GenerationView(
                snapshot.id(),
                snapshot.hash(),
                snapshot.origin(),
                snapshot.time().toString(),
                snapshot.hash().equals(running),
                pinned.contains(snapshot.id()),
                List.copyOf(snapshot.texts().files().keySet()));
    }
}
