package io.policyengine.policies.content.shared.entities;

import java.util.List;

/**
 * The result of looking at a part of a text.
 *
 * @param found from left to right, without overlaps; all of them end at or before {@code decided}
 * @param decided the position up to which nothing that comes later changes what was found
 */
public record ScanResult(List<EntityMatch> found, int decided) {
    /** A copy. */
    public ScanResult {
        found = List.copyOf(found);
    }
}
