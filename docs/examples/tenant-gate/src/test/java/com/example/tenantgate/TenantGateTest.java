package com.example.tenantgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyCases;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TenantGateTest {
    @TestFactory
    List<DynamicTest> cases() {
        return PolicyCases.of(new TenantGateFactory());
    }

    @TestFactory
    List<DynamicTest> noMessageMakesItFailLikeADependency() {
        return PolicyCases.ofFailures(new TenantGateFactory(), 1);
    }

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(PolicyFactory.class)).hasAtLeastOneElementOfType(TenantGateFactory.class);
    }

    @Test
    void aDamagedFileLeavesTheLastGoodTenantsAndIsTold() {
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile("tenants", "acme gold");
        PolicyTester tester = PolicyTester.of(new TenantGateFactory(), "tenants_file: tenants", environment);

        environment.writeFile("tenants", "acme gold and more");

        assertThat(tester.request(TestMessages.get("/", "x-tenant", "acme")).isDenied())
                .isFalse();
        assertThat(environment.fileProblems()).containsExactly("tenants: line 1: expected a name and a plan");
    }
}
