package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Action;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Hold;
import io.policyengine.policies.content.contentmoderationguardrail.callout.CalloutCheck;
import io.policyengine.policies.content.contentmoderationguardrail.check.Check;
import io.policyengine.policies.content.contentmoderationguardrail.check.WindowSize;
import java.util.List;

/**
 * The checks of an entry. Immutable.
 *
 * @param own that the policy makes itself
 * @param asked that other servers make
 * @param mask in place of what is found
 */
record Guardrail(List<Own> own, List<Asking> asked, Hold hold, WindowSize windows, String mask) {
    /** A copy. */
    Guardrail {
        own = List.copyOf(own);
        asked = List.copyOf(asked);
    }

    /** True if a check replaces something. */
    boolean replaces() {
        return has(Action.MASK);
    }

    /** True if a check annotates. */
    boolean annotates() {
        return has(Action.ANNOTATE);
    }

    private boolean has(Action action) {
        return own.stream().anyMatch(check -> check.action == action)
                || asked.stream().anyMatch(check -> check.action == action);
    }

    /** A check of the policy, with its name for users and its action. */
    record Own(String name, Action action, Check check) {}

    /** A check of a server. */
    record Asking(String name, Action action, CalloutCheck check) {}
}
