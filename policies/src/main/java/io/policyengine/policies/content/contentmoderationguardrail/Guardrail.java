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
 * @param own checks that the policy itself performs
 * @param asked checks that other servers perform
 * @param mask replacement for findings
 */
record Guardrail(List<Own> own, List<Callout> asked, Hold hold, WindowSize windows, String mask) {
    Guardrail {
        own = List.copyOf(own);
        asked = List.copyOf(asked);
    }

    boolean replaces() {
        return has(Action.MASK);
    }

    boolean annotates() {
        return has(Action.ANNOTATE);
    }

    private boolean has(Action action) {
        return own.stream().anyMatch(check -> check.action == action)
                || asked.stream().anyMatch(check -> check.action == action);
    }

    /** A check that the policy itself performs, with its public name and its action. */
    record Own(String name, Action action, Check check) {}

    /** A check that a server performs, with its public name and its action. */
    record Callout(String name, Action action, CalloutCheck check) {}
}
