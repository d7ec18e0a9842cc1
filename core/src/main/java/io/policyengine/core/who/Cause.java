package io.policyengine.core.who;

import io.policyengine.core.policy.Phase;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A circumstance under which an entry of a chain does not have its effect.
 *
 * @param entry index in its flow
 * @param setting the setting that permits it: a key of the entry, a JSON Pointer of a parameter, {@code fail_open} of
 *     its worker, or empty if the policy's declaration permits it
 */
public record Cause(Kind kind, Phase phase, int entry, String setting) implements Comparable<Cause> {
    /** The word that means all circumstances, used in place of a kind. */
    public static final String ALWAYS = "always";

    private static final Comparator<Cause> ORDER = Comparator.comparing(Cause::phase)
            .thenComparingInt(Cause::entry)
            .thenComparing(Cause::kind)
            .thenComparing(Cause::setting);

    /** The kinds of circumstances. */
    public enum Kind {
        /** The entry is off. */
        OFF,
        /** The entry runs without effect. */
        SHADOW,
        /** The entry's condition is false. */
        CONDITION_FALSE,
        /** The request has no credentials for the entry. */
        NO_CREDENTIALS,
        /** The entry's worker cannot be called, or does not answer in time. */
        WORKER_AWAY,
        /** A server or another program that the policy needs is unavailable or too slow. */
        DEPENDENCY_AWAY,
        /** The entry or its worker refuses work because of overload. */
        OVERLOADED,
        /** The body is larger than what the policy inspects. */
        TOO_LARGE,
        /** The request costs nothing, so that a limit does not count it. */
        COSTS_NOTHING,
        /** The body has a content coding that cannot be decoded. */
        ENCODED,
        /** The policy skips the remaining policies of the flow. */
        SKIPS_REMAINING,
        /** The policy does not declare its effects, and may remove the identity. */
        UNDECLARED,
        /** The policy answers from memory. */
        FROM_MEMORY,
        /** Envoy selects another route after the entry. */
        REROUTED,
        /** The chain has too many entries and conditions to be analyzed, so nothing is known about its messages. */
        UNDECIDED;

        private final String code = name().toLowerCase(Locale.ROOT);

        /** The kind as written in reports. */
        public String code() {
            return code;
        }

        /** Returns whether the circumstance applies to all requests at all times. */
        public boolean isPermanent() {
            return this == OFF || this == SHADOW;
        }
    }

    /** Returns whether {@code others} contains all of {@code some}. Both lists are sorted. */
    static boolean areAllIn(List<Cause> some, List<Cause> others) {
        int at = 0;
        for (Cause other : others) {
            if (at < some.size() && some.get(at).equals(other)) {
                at++;
            }
        }
        return at == some.size();
    }

    @Override
    public int compareTo(Cause other) {
        return ORDER.compare(this, other);
    }
}
