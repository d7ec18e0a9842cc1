package io.policyengine.policies.content.shared.entities;

import java.util.List;

/**
 * The result of scanning a part of a text.
 *
 * @param found from left to right, without overlaps; each entity ends at or before {@code decided}
 * @param decided the position up to which later text cannot change the result
 */
public record ScanResult(List<EntityMatch> found, int decided) {
    public ScanResult {
        found = List.copyOf(found);
    }
}
