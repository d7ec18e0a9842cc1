package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.testkit.policy.PolicyCases;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class A2aAccessTest {
    @TestFactory
    List<DynamicTest> everyCaseHolds() {
        return PolicyCases.of(new A2aAccessFactory());
    }

    @TestFactory
    List<DynamicTest> noCutOfABodyChangesAResult() {
        return PolicyCases.ofChunks(new A2aAccessFactory());
    }
}
