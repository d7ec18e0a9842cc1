package io.policyengine.testkit.conformance;

/** The verdict on a server in one conformance case. */
public enum CaseVerdict {
    /** The server met the expectation of the case. */
    PASS("PASS"),
    /** The server broke the protocol, did not answer in time, or did not behave as declared. */
    FAIL("FAIL"),
    /** The case cannot judge this server. */
    NOT_APPLICABLE("N/A");

    private final String text;

    CaseVerdict(String text) {
        this.text = text;
    }

    /** Returns the verdict as shown in tables. */
    public String text() {
        return text;
    }
}
