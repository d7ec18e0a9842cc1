package io.policyengine.testkit.conformance;

/** The outcome of a case. */
public enum CaseVerdict {
    /** The server did what the case asks for. */
    PASS("PASS"),
    /** The server broke the protocol, did not answer in time, or did not do what it is said to do. */
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
