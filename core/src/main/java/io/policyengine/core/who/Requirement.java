package io.policyengine.core.who;

import io.policyengine.core.expression.Formula;

/**
 * A value that an entry's condition must have.
 *
 * @param entry index in the flow
 * @param formula the condition, whose atoms name the state of the message in which they were evaluated
 * @param identity index of the entry that had provided the identity then, or {@link State#NONE}
 */
record Requirement(int entry, Formula formula, boolean value, int identity) {
    /** Returns whether the condition reads only values that the client has sent, and the identity. */
    boolean isOfOriginal() {
        return Conditions.isOfOriginal(formula);
    }
}
