package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.Target;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** Policies with each of the faults that {@link PolicyCases#ofFailures} has to find. */
final class FailureRunTest {
    record Params() {}

    /** A policy of the case in {@code cases/planted}, which may use the target {@code oracle}. */
    private record Planted(
            Set<Fact> facts, boolean asks, BiFunction<RequestContext, Target, Future<RequestOutcome>> does)
            implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("planted", "1", "Has a fault.", Set.of(Phase.REQUEST), facts);
        }

        @Override
        public Class<Params> paramsType() {
            return Params.class;
        }

        @Override
        public Policy create(Params params, PolicyEnvironment env) {
            Target target = asks ? env.target("oracle") : new FakeEnvironment().useTarget("none");
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    return does.apply(context, target);
                }
            };
        }
    }

    private static Future<RequestOutcome> ask(RequestContext context, Target target) {
        return target.send(context.call(), CalloutRequest.get("/", HeaderMap.empty(), 100))
                .compose(_ -> RequestOutcome.unchanged());
    }

    /** Fails as if a dependency failed if the field is absent, which is a matter of the client. */
    private static Future<RequestOutcome> blame(RequestContext context, Target target) {
        return context.request().headers().contains("x-a")
                ? RequestOutcome.unchanged()
                : Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no x-a"));
    }

    private static void run(PolicyFactory<?> factory) throws Throwable {
        List<DynamicTest> tests = PolicyCases.ofFailures(factory, 1);
        assertThat(tests).hasSize(2);
        for (DynamicTest test : tests) {
            test.getExecutable().execute();
        }
    }

    @Test
    void findsAPolicyThatAMessageMakesFailLikeADependency() {
        for (Set<Fact> facts : List.of(Set.<Fact>of(), Set.of(Fact.HAS_DEPENDENCY))) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> run(new Planted(facts, false, FailureRunTest::blame)))
                    .withMessageContaining("while no target and no store fails")
                    .withMessageContaining("no x-a");
        }
    }

    @Test
    void findsAPolicyThatBlamesATargetThatItHasNotCalled() {
        Planted planted = new Planted(
                Set.of(Fact.HAS_DEPENDENCY),
                true,
                (context, _) -> context.request().headers().contains("x-a")
                        ? RequestOutcome.unchanged()
                        : Future.failedFuture(
                                new CalloutException(CalloutException.Kind.UNREACHABLE, "oracle", "no x-a")));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> run(planted))
                .withMessageContaining("while no target and no store fails");
    }

    @Test
    void findsADependencyThatIsNotDeclared() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> run(new Planted(Set.of(), true, FailureRunTest::ask)))
                .withMessage("the policy uses [oracle], but does not declare HAS_DEPENDENCY");
    }

    @Test
    void findsAFailureOfADependencyThatIsNotDeclared() {
        DynamicTest withoutDependencies = PolicyCases.ofFailures(new Planted(Set.of(), true, FailureRunTest::ask), 1)
                .getLast();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> withoutDependencies.getExecutable().execute())
                .withMessageContaining("in the request phase, but the entry does not declare HAS_DEPENDENCY");
    }

    private static void provoke(BiFunction<RequestContext, Target, Future<RequestOutcome>> does) throws Throwable {
        List<DynamicTest> tests = PolicyCases.ofProvokedAnswers(new Planted(Set.of(Fact.HAS_DEPENDENCY), true, does));
        assertThat(tests).hasSize(1);
        tests.getFirst().getExecutable().execute();
    }

    /** Fails as if the target failed if it refuses the request with this status. */
    private static Future<RequestOutcome> blame(RequestContext context, Target target, int status) {
        return target.send(context.call(), CalloutRequest.get("/", HeaderMap.empty(), 100))
                .compose(answer -> answer.status() == status
                        ? Future.failedFuture(
                                new CalloutException(CalloutException.Kind.REFUSED, "oracle", "it refuses"))
                        : RequestOutcome.unchanged());
    }

    @Test
    void findsAPolicyThatBlamesATargetForWhatAClientSends() {
        for (int status : new int[] {400, 413, 422, 429}) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> provoke((context, target) -> blame(context, target, status)))
                    .withMessageStartingWith("DEPENDENCY_UNAVAILABLE if a target answers with status " + status);
        }
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> provoke((context, target) -> ask(context, target)
                        .recover(_ -> Future.failedFuture(
                                new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no answer")))))
                .withMessageStartingWith("DEPENDENCY_UNAVAILABLE if a target answers with a body that is too long");
    }

    @Test
    void acceptsAPolicyThatBlamesATargetForItsOwnFailures() {
        assertThatCode(() -> provoke((context, target) -> blame(context, target, 503)))
                .doesNotThrowAnyException();
    }

    @Test
    void acceptsADeclaredDependencyAndDenials() {
        assertThatCode(() -> run(new Planted(Set.of(Fact.HAS_DEPENDENCY), true, FailureRunTest::ask)))
                .doesNotThrowAnyException();
        assertThatCode(() -> run(new Planted(
                        Set.of(),
                        false,
                        (context, _) -> context.request().headers().contains("x-a")
                                ? RequestOutcome.unchanged()
                                : Future.failedFuture(new PolicyException(ErrorCode.INVALID_REQUEST, "no x-a")))))
                .doesNotThrowAnyException();
    }
}
