package io.policyengine.policies.format.form;

import java.io.Serial;

/**
 * A fault that ends the reading of a form: a malformed percent escape, or a stated charset other than UTF-8. Expected,
 * so it has no stack trace.
 */
public final class FormFault extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private FormFault(String why) {
        super(why, null, false, false);
    }

    /** Returns the fault of a percent sign that does not begin an escape. */
    static FormFault escape() {
        return new FormFault("a percent sign begins no escape");
    }

    /** Returns the fault of a form that states a charset other than UTF-8 for its texts. */
    static FormFault charset() {
        return new FormFault("a form states a charset other than UTF-8");
    }

    /** Returns the reason in words for people. It quotes nothing of the form. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
