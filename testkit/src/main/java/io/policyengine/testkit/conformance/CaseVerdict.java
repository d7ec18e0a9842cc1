package io.policyengine.testkit.conformance;

/** The verdict on a case. */
public enum CaseVerdict {
    /** The server met the expectation. */
    PASS("PASS"),
    /** The server broke the protocol, did not answer in time, or did not show the behaviour that it declares. */
    FAIL("FAIL"),
    /** The case says nothing about this server. */
    NOT_APPLICABLE("N/A");

    private final String text;

    CaseVerdict(String text) {
        this.text = text;
    }

    /** The verdict as shown in tables. */
    public String text() {
        return text;
    }
}
