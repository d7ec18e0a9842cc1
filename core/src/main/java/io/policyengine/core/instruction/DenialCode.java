package io.policyengine.core.instruction;

/**
 * A code for programs and operators that states why a policy denies: a constant of an enumeration in the policy's
 * {@code Descriptor}. The client gets it in the body; logs, traces and the management API show it.
 */
public interface DenialCode {
    /** Returns the code as sent and logged: upper-case letters, digits and underscores, see {@link DenialCodes}. */
    String name();

    /** Returns the advice for the operator whose client gets the code, in Markdown. */
    String remedy();
}
