package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.texts.TextPlace;
import java.util.Set;

/**
 * The values to find and the texts to skip. Immutable.
 *
 * @param keysToSkip names of members and fields whose texts are not searched
 * @param skipsNames true to exclude the names of JSON members from the search
 */
record RedactionPlan(Search search, Set<String> keysToSkip, boolean skipsNames) {
    RedactionPlan {
        keysToSkip = Set.copyOf(keysToSkip);
    }

    /** Returns whether the text at a place is excluded from the search. */
    boolean leavesAlone(TextPlace place) {
        return switch (place.kind()) {
            case JSON_NAME -> skipsNames;
            case JSON_VALUE, JSON_PIECE, STREAMED_VALUE, FORM_VALUE -> keysToSkip.contains(place.name());
            case PLAIN, STREAMED_DATA, EVENT_FIELD, FORM_NAME, PART_HEADER -> false;
        };
    }
}
