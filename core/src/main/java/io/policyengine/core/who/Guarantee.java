package io.policyengine.core.who;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The guarantees that an entry of a chain can give for a message. */
public enum Guarantee {
    /** The request has an identity. */
    IDENTITY,
    /** A policy has permitted the request. */
    ACCESS,
    /** A policy has limited the client's use of the upstream. */
    LIMIT,
    /** A policy has judged the content. */
    JUDGEMENT,
    /** A policy has masked the content. */
    MASK;

    private final String code = name().toLowerCase(Locale.ROOT);
    private final String acceptKey = "no_" + code + "_when";

    /** The guarantee as written in reports. */
    public String code() {
        return code;
    }

    /** The key in {@code accept} under which an item names circumstances without the guarantee. */
    public String acceptKey() {
        return acceptKey;
    }

    /**
     * Returns whether an answer from memory needs this guarantee from an entry of the request flow. Limits and masks of
     * requests are not needed, because they protect the upstream.
     */
    boolean isOfAnswers() {
        return switch (this) {
            case IDENTITY, ACCESS, JUDGEMENT -> true;
            case LIMIT, MASK -> false;
        };
    }

    /**
     * Returns the guarantee that an entry with these facts gives, apart from an identity; null if there is none. A
     * policy that does not declare all its effects, but may deny requests, counts as one that restricts access.
     */
    public static @Nullable Guarantee of(@Nullable EntryFacts facts) {
        if (facts == null) {
            return ACCESS;
        }
        if (facts.has(Fact.MASKS_CONTENT)) {
            return MASK;
        }
        if (facts.has(Fact.JUDGES_CONTENT)) {
            return JUDGEMENT;
        }
        if (facts.has(Fact.LIMITS_USE)) {
            return LIMIT;
        }
        boolean mayRestrict = facts.has(Fact.MAY_DENY)
                && !facts.has(Fact.DECLARES_ALL_EFFECTS)
                && !facts.has(Fact.PROVIDES_IDENTITY)
                && !facts.has(Fact.ALWAYS_ANSWERS);
        return facts.has(Fact.RESTRICTS_ACCESS) || mayRestrict ? ACCESS : null;
    }
}
