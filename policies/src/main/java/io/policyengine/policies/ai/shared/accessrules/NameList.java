package io.policyengine.policies.ai.shared.accessrules;

import io.policyengine.policies.content.shared.textmatch.AsSeen;
import io.policyengine.policies.shared.wildcard.Wildcard;
import java.util.List;

/**
 * A list of names that may be used. A name is allowed as it is written, and denied also where it only looks like one that is: an upstream may
 * fold names.
 */
public final class NameList {
    /** Limit of characters in a name; longer ones are never admitted. */
    public static final int MAX_NAME = 8_192;

    private final List<Wildcard> allow;
    private final List<Wildcard> deny;

    private NameList(List<Wildcard> allow, List<Wildcard> deny) {
        this.allow = allow;
        this.deny = deny;
    }

    /** The list of these parameters. */
    public static NameList of(NameListParams params) {
        return of(params.allow(), params.deny());
    }

    /** A list that admits what {@code allow} names and {@code deny} does not. */
    public static NameList of(List<String> allow, List<String> deny) {
        return new NameList(
                allow.stream().map(Wildcard::of).toList(),
                deny.stream().map(pattern -> Wildcard.of(AsSeen.of(pattern))).toList());
    }

    /** True if a thing of this name may be used. */
    public boolean admits(String name) {
        return name.length() <= MAX_NAME && isAllowed(name) && !isDenied(name);
    }

    private boolean isAllowed(String name) {
        return allow.stream().anyMatch(pattern -> pattern.matches(name));
    }

    /** True if {@code deny} names it, or something that it looks like. */
    public boolean isDenied(String name) {
        if (deny.isEmpty()) {
            return false;
        }
        String seen = AsSeen.of(name);
        return deny.stream().anyMatch(pattern -> pattern.matches(seen));
    }

    /** True if every name is admitted. */
    public boolean admitsAll() {
        return deny.isEmpty() && allow.stream().anyMatch(Wildcard::isAny);
    }
}
