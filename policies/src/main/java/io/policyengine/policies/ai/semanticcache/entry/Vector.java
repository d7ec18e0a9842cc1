package io.policyengine.policies.ai.semanticcache.entry;

import io.policyengine.policies.ai.semanticcache.vector.Rounded;
import java.util.List;
import java.util.Optional;

/** The id of an entry, and the vector by which it is found. */
public record Vector(String id, Rounded rounded) {
    /** Returns the vector that is nearest to the wanted one; empty if no vector can be compared. */
    public static Optional<Vector> nearest(List<Vector> vectors, Rounded wanted) {
        Vector best = null;
        double most = -1;
        for (Vector each : vectors) {
            double similarity = each.rounded.similarity(wanted);
            if (similarity > most) {
                most = similarity;
                best = each;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Returns the total size of vectors, in bytes. */
    public static long bytes(List<Vector> vectors) {
        return vectors.stream().mapToLong(each -> each.rounded.dimensions()).sum();
    }
}
