package io.policyengine.core.lint;

import io.policyengine.core.policy.HeaderUse;
import java.util.List;

/** The request fields that earlier entries determine, so that a client does not choose them. */
final class EarlierFields {
    private EarlierFields() {}

    /** Returns whether an earlier entry may replace or remove the client's value of the header. */
    static boolean areSet(String header, List<LintEntry> earlier) {
        return earlier.stream()
                .anyMatch(entry -> entry.facts() == null
                        || entry.does(HeaderUse.Action.SETS, header)
                        || entry.does(HeaderUse.Action.REMOVES, header)
                        || entry.does(HeaderUse.Action.IDENTITY, header));
    }
}
