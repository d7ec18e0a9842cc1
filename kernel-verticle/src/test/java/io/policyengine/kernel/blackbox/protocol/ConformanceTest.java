package io.policyengine.kernel.blackbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.harness.ConformancePolicies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.conformance.Behaviour;
import io.policyengine.testkit.conformance.CaseResult;
import io.policyengine.testkit.conformance.CaseVerdict;
import io.policyengine.testkit.conformance.Conformance;
import io.policyengine.testkit.conformance.ConformanceCase;
import io.policyengine.testkit.conformance.ConformanceCases;
import io.policyengine.testkit.time.Await;
import io.vertx.core.net.SocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine passes the conformance suite: every case, and those for any server with every use of bodies besides. */
class ConformanceTest {
    /** A policy that reads the body is not content with part of it: the engine refuses. */
    private static final String PART_OF_A_BODY = "C29";

    private static final KernelHarness KERNEL = KernelHarness.create();

    /** One that knows that Envoy lets it ask for more time. */
    private static final KernelHarness PATIENT = KernelHarness.create();

    @BeforeAll
    static void start() {
        KERNEL.start(ConformancePolicies.SETTINGS, ConformancePolicies.install(KERNEL.worker("w")));
        PATIENT.start(ConformancePolicies.PATIENT_SETTINGS, ConformancePolicies.install(PATIENT.worker("w")));
    }

    /** Whatever a case did, nothing is left of it. */
    @AfterAll
    static void nothingIsLeft() {
        for (KernelHarness kernel : List.of(KERNEL, PATIENT)) {
            Await.until(() -> kernel.activeExchanges() == 0);
            Await.until(() -> kernel.openStreams() == 0);
            Await.until(() -> kernel.bufferedBytes() == 0);
            kernel.close();
        }
    }

    static Stream<Arguments> cases() {
        return ConformanceCases.all().stream().map(one -> Arguments.of(one.id(), one));
    }

    static Stream<Arguments> casesForAnyServer() {
        return ConformanceCases.all().stream()
                .filter(one ->
                        Set.of(Behaviour.ANY, Behaviour.ECHO).contains(one.behaviour()) && one.elsewhere() == null)
                .filter(one -> !one.id().equals(PART_OF_A_BODY))
                .map(one -> Arguments.of(one.id(), one));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void passes(String id, ConformanceCase testCase) {
        CaseResult result = run(testCase, Behaviour::route);

        assertThat(result.verdict())
                .as("%s: %s", id, result.reason())
                .isEqualTo(testCase.elsewhere() != null ? CaseVerdict.NOT_APPLICABLE : CaseVerdict.PASS);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("casesForAnyServer")
    void passesWhilePoliciesLookAtChunks(String id, ConformanceCase testCase) {
        CaseResult result = run(testCase, _ -> "conformance-chunks-echo");

        assertThat(result.verdict()).as("%s: %s", id, result.reason()).isNotEqualTo(CaseVerdict.FAIL);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("casesForAnyServer")
    void breaksNothingWhilePoliciesWaitForTheWholeBody(String id, ConformanceCase testCase) {
        CaseResult result = run(testCase, _ -> "conformance-whole-echo");

        assertThat(result.verdict()).as("%s: %s", id, result.reason()).isNotEqualTo(CaseVerdict.FAIL);
    }

    private static CaseResult run(ConformanceCase testCase, Function<Behaviour, String> routes) {
        KernelHarness kernel = testCase.behaviour() == Behaviour.SLOW ? PATIENT : KERNEL;
        Conformance suite = Conformance.builder(kernel.vertx())
                .target(SocketAddress.inetSocketAddress(kernel.port(), "127.0.0.1"))
                .behaviours(EnumSet.allOf(Behaviour.class))
                .routes(routes)
                .build();
        try {
            return suite.run(List.of(testCase)).await(60, TimeUnit.SECONDS).getFirst();
        } catch (TimeoutException e) {
            throw new AssertionError("the case has no end", e);
        }
    }
}
