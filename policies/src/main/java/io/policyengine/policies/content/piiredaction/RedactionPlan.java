package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.content.TextPlace;
import java.util.Set;

/**
 * The things to look for, and where not. Immutable.
 *
 * @param keysToSkip names of members and fields whose texts are left alone
 * @param skipsNames true if names of members of JSON are
 */
record RedactionPlan(Search search, Set<String> keysToSkip, boolean skipsNames) {
    /** A copy. */
    RedactionPlan {
        keysToSkip = Set.copyOf(keysToSkip);
    }

    /** True if a text is not looked at. */
    boolean leavesAlone(TextPlace place) {
        return switch (place.kind()) {
            case JSON_NAME -> skipsNames;
            case JSON_VALUE, JSON_PIECE, STREAMED_VALUE, FORM_VALUE -> keysToSkip.contains(place.name());
            case PLAIN, STREAMED_DATA, EVENT_FIELD, FORM_NAME, PART_HEADER -> false;
        };
    }
}
