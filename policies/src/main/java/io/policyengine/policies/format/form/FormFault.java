package io.policyengine.policies.format.form;

import java.io.Serial;

/** A percent sign in a form that begins no escape, where that is a fault. Stackless: it is expected. */
public final class FormFault extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    FormFault() {
        super("a percent sign begins no escape", null, false, false);
    }
}
