package io.policyengine.core.who;

import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Opening.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of corresponding entries of a route before and after a change. Entries with the same flow, policy and name
 * are a pair. The remaining entries with the same flow and policy are paired in order.
 */
final class EntryPairs {
    private final Map<Position, Position> after = new HashMap<>();
    private final Map<Position, Position> before = new HashMap<>();

    EntryPairs(AnsweredRoute old, AnsweredRoute now) {
        for (Phase phase : Phase.values()) {
            pair(
                    old,
                    now,
                    phase,
                    (one, other) -> one.config().name().equals(other.config().name()) && isSamePolicy(one, other));
            pair(old, now, phase, EntryPairs::isSamePolicy);
        }
    }

    private static boolean isSamePolicy(LintEntry one, LintEntry other) {
        return one.config().policy().equals(other.config().policy());
    }

    private void pair(AnsweredRoute old, AnsweredRoute now, Phase phase, BiPredicate<LintEntry, LintEntry> isSame) {
        List<LintEntry> candidates = now.flow(phase);
        for (int i = 0; i < old.flow(phase).size(); i++) {
            var place = new Position(phase, i);
            for (int j = 0; j < candidates.size() && !after.containsKey(place); j++) {
                var candidate = new Position(phase, j);
                if (!before.containsKey(candidate) && isSame.test(old.entry(place), now.entry(candidate))) {
                    after.put(place, candidate);
                    before.put(candidate, place);
                }
            }
        }
    }

    /** Returns the entry after the change, or null if it is gone. */
    @Nullable
    Position after(Position old) {
        return after.get(old);
    }

    /** Returns the entry before the change, or null if it is new. */
    @Nullable
    Position before(Position now) {
        return before.get(now);
    }
}
