package io.policyengine.testkit.conformance;

/**
 * The outcome of a conformance case.
 *
 * @param reason the reason for a verdict other than a pass; empty for a pass
 */
public record CaseResult(ConformanceCase testCase, CaseVerdict verdict, String reason) {
    static CaseResult pass(ConformanceCase testCase) {
        return new CaseResult(testCase, CaseVerdict.PASS, "");
    }

    static CaseResult fail(ConformanceCase testCase, String reason) {
        return new CaseResult(testCase, CaseVerdict.FAIL, reason);
    }

    static CaseResult notApplicable(ConformanceCase testCase, String reason) {
        return new CaseResult(testCase, CaseVerdict.NOT_APPLICABLE, reason);
    }
}
