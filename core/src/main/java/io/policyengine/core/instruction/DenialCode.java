package io.policyengine.core.instruction;

/**
 * A code that says why a policy denies, for programs and operators: a constant of an enumeration that the policy's {@code
 * Descriptor} declares. The client gets it in the body; logs, traces and the management API show it.
 */
public interface DenialCode {
    /** Returns the code as sent and logged: upper-case letters, digits and underscores, see {@link DenialCodes}. */
    String name();

    /** Returns the advice for the operator whose client gets the code, in Markdown. */
    String remedy();
}
