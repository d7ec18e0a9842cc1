package io.policyengine.testkit.conformance;

/**
 * What became of a case.
 *
 * @param reason why it did not pass; empty if it did
 */
public record CaseResult(ConformanceCase testCase, Verdict verdict, String reason) {
    static CaseResult pass(ConformanceCase testCase) {
        return new CaseResult(testCase, Verdict.PASS, "");
    }

    static CaseResult fail(ConformanceCase testCase, String reason) {
        return new CaseResult(testCase, Verdict.FAIL, reason);
    }

    static CaseResult notApplicable(ConformanceCase testCase, String reason) {
        return new CaseResult(testCase, Verdict.NOT_APPLICABLE, reason);
    }
}
