package io.policyengine.policies.format.form;

import java.io.Serial;

/** A malformed percent escape in a strictly read form. Stackless, since it is expected. */
public final class FormFault extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private FormFault(String why) {
        super(why, null, false, false);
    }

    /** Returns the fault of a percent sign that begins no escape. */
    static FormFault escape() {
        return new FormFault("a percent sign begins no escape");
    }

    /** Returns the fault of a form that states another charset than UTF-8 for its texts. */
    static FormFault charset() {
        return new FormFault("a form states another charset than UTF-8");
    }

    /** Returns the reason, for people; nothing of the form is in it. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
