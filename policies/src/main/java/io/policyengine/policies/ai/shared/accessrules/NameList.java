package io.policyengine.policies.ai.shared.accessrules;

import io.policyengine.policies.content.shared.textmatch.AsSeen;
import io.policyengine.policies.shared.wildcard.Wildcard;
import java.util.List;

/**
 * A list of permitted names. A name is allowed only in its exact spelling. A name that looks like a denied name is
 * denied too, since an upstream may treat the two as equal.
 */
public final class NameList {
    /** Maximum number of characters in a name; a longer name is never permitted. */
    public static final int MAX_NAME = 8_192;

    private final List<Wildcard> allow;
    private final List<Wildcard> deny;

    private NameList(List<Wildcard> allow, List<Wildcard> deny) {
        this.allow = allow;
        this.deny = deny;
    }

    public static NameList of(NameListParams params) {
        return of(params.allow(), params.deny());
    }

    /** Creates a list of the names that match {@code allow} but not {@code deny}. */
    public static NameList of(List<String> allow, List<String> deny) {
        return new NameList(
                allow.stream().map(Wildcard::of).toList(),
                deny.stream().map(pattern -> Wildcard.of(AsSeen.of(pattern))).toList());
    }

    public boolean admits(String name) {
        return name.length() <= MAX_NAME && isAllowed(name) && !isDenied(name);
    }

    private boolean isAllowed(String name) {
        return allow.stream().anyMatch(pattern -> pattern.matches(name));
    }

    /** Returns whether a name matches {@code deny}, or looks like a name that matches it. */
    public boolean isDenied(String name) {
        if (deny.isEmpty()) {
            return false;
        }
        String seen = AsSeen.of(name);
        return deny.stream().anyMatch(pattern -> pattern.matches(seen));
    }

    public boolean admitsAll() {
        return deny.isEmpty() && allow.stream().anyMatch(Wildcard::isAny);
    }
}
