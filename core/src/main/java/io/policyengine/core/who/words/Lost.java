package io.policyengine.core.who.words;

import io.policyengine.core.error.Location;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.Opening.Reach;
import java.util.List;
import java.util.Objects;

/**
 * An entry whose guarantee a change removes from a route, in words.
 *
 * @param reach the destination of the messages that lack the guarantee
 * @param entry the entry as it was
 */
public record Lost(Reach reach, Guarantee guarantee, LintEntry entry) {
    /** Returns the entries that a change removes; {@code before} is the answer before the change. */
    public static List<Lost> of(AnsweredRoute before, Opened opened) {
        return opened.gone().stream()
                .map(place -> {
                    LintEntry entry = before.entry(place);
                    return new Lost(
                            place.phase() == Phase.REQUEST ? Reach.UPSTREAM : Reach.CLIENT,
                            Objects.requireNonNull(Guarantee.of(entry.facts())),
                            entry);
                })
                .toList();
    }

    /** Returns the consequence of the change as a sentence. */
    public String sentence() {
        return subject() + ", which the route no longer has";
    }

    /** Returns the main clause of the consequence. */
    public String subject() {
        return Sentences.messages(reach) + Sentences.without(guarantee, reach, name());
    }

    private String name() {
        return "'" + entry.config().name() + "'";
    }

    /** Returns an action for the operator, in the imperative. */
    public String remedy() {
        return "put " + name() + " back into the " + (reach == Reach.UPSTREAM ? "request_flow" : "response_flow");
    }

    /** Returns the position of the entry before the change. */
    public Location place() {
        return entry.config().source().policy();
    }
}
