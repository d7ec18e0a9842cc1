package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.PolicyFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class PolicyCasesTest {
    private static final EchoFactory FACTORY = new EchoFactory();
    private static final YAMLMapper YAML = new YAMLMapper();

    @TestFactory
    List<DynamicTest> runsTheCasesOfTheFolder() {
        return PolicyCases.of(FACTORY);
    }

    @TestFactory
    List<DynamicTest> showsTheRequestsBodyToAResponsePolicyThatDeclaresIt() {
        return PolicyCases.of(new KeepsRequestFactory());
    }

    @TestFactory
    List<DynamicTest> asksTheTargetsOfTheCase() {
        return PolicyCases.of(new AsksFactory());
    }

    @TestFactory
    List<DynamicTest> bringsTrailersInTheExchangeOfTheirMessage() {
        return PolicyCases.of(new TotalsFactory());
    }

    @Test
    void findsWhateverDiffersInTrailers() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> run(
                        new TotalsFactory(),
                        "{ name: c, steps: [ { request_trailers: { a: b }, expect: { trailers: { a: c } } } ] }"))
                .withMessageContaining("trailers");
    }

    @Test
    void findsWhateverDiffersInWhatTargetsWereAsked() {
        String targets = "targets: { oracle: [ {} ] }";
        Map<String, String> wrong = Map.of(
                "{ name: c, " + targets + ", steps: [ { expect: { callouts: [] } } ] }", "call-outs",
                "{ name: c, " + targets + ", steps: [ { expect: { callouts: [ { target: x } ] } } ] }", "target",
                "{ name: c, " + targets + ", steps: [ { expect: { callouts: [ { target: oracle, path: /x } ] } } ] }",
                        "path");

        wrong.forEach((text, message) -> assertThatExceptionOfType(AssertionError.class)
                .as(text)
                .isThrownBy(() -> run(new AsksFactory(), text))
                .withMessageContaining(message));
    }

    @Test
    void findsWhateverDiffers() {
        Map<String, String> wrong = Map.of(
                "{ name: c, params: { name: X-A, value: a }, steps: [ { expect: { headers: { X-A: b } } } ] }",
                        "header X-A",
                "{ name: c, params: { name: X-A, value: a }, steps: [ { expect: { headers: { X-A: null } } } ] }",
                        "header X-A",
                "{ name: c, params: { name: X-A }, steps: [ { expect: { status: 401 } } ] }", "is denied",
                "{ name: c, params: { name: X-A }, steps: [ { expect: { path: /x } } ] }", "path",
                "{ name: c, params: { name: X-A }, steps: [ { expect: { method: PUT } } ] }", "method",
                "{ name: c, params: { name: X-A }, steps: [ { expect: { metadata: { a: 1 } } } ] }", "metadata a",
                "{ name: c, params: { name: X-A }, steps: [ { expect: { failure: policy_error } } ] }", "step 1",
                "{ name: c, params: { name: X-A }, steps: [ { response: {}, expect: { status: 201 } } ] }", "status",
                "{ name: c, params: { name: X-A }, invalid: [ { at: /name } ] }", "raise a throwable",
                "{ name: c, params: { name: X-A } }", "a case must have either steps or invalid");

        wrong.forEach((text, message) -> assertThatExceptionOfType(AssertionError.class)
                .as(text)
                .isThrownBy(() -> run(text))
                .withMessageContaining(message));
    }

    @Test
    void findsWhateverDiffersInWhatIsLeftForTheResponse() {
        String params = "{ name: c, params: { name: X-A, value: a, left: b }, steps: [ { expect: ";
        Map<String, String> wrong = Map.of(
                params + "{ response_headers: { X-A: a } } } ] }", "for the response: header X-A",
                params + "{ response_headers: { X-A: null } } } ] }", "for the response: header X-A");

        wrong.forEach((text, message) -> assertThatExceptionOfType(AssertionError.class)
                .as(text)
                .isThrownBy(() -> run(text))
                .withMessageContaining(message));
    }

    @Test
    void findsWhateverDiffersInChunks() {
        Map<String, String> wrong = Map.of(
                "{ name: c, steps: [ { chunks: [ ab ], expect: { body: ab } } ] }", "body",
                "{ name: c, steps: [ { chunks: [ a, b ], expect: { chunks: [ '*' ] } } ] }", "chunks",
                "{ name: c, steps: [ { chunks: [ x ], expect: { status: 400 } } ] }", "let the request pass",
                "{ name: c, params: { does: refuses }, steps: [ { chunks: [ x ] } ] }", "is denied",
                "{ name: c, steps: [ { chunks: [ x ], response: {}, both_phases: true } ] }", "both_phases with chunks",
                "{ name: c, steps: [ { chunks: [ x ], response: {}, expect: { failure: policy_error } } ] }", "step 1");

        wrong.forEach((text, message) -> assertThatExceptionOfType(AssertionError.class)
                .as(text)
                .isThrownBy(() -> run(new StarsFactory(), text))
                .withMessageContaining(message));
    }

    @Test
    void demandsChunksOfAPolicyThatTakesThem() {
        assertThat(PolicyCases.ofChunks(FACTORY)).isEmpty();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> PolicyCases.ofChunks(new StarsFactory("echo")))
                .withMessageContaining("takes chunks");
    }

    @Test
    void refusesMembersThatAreUnknown() {
        BoundParams<PolicyCase> bound =
                ParamsBinder.of(PolicyCase.class).bind(YAML.readTree("{ name: c, steps: [ { exspect: {} } ] }"));

        assertThat(bound).isInstanceOf(BoundParams.Invalid.class);
    }

    private static void run(String text) {
        run(FACTORY, text);
    }

    private static void run(PolicyFactory<?> factory, String text) {
        switch (ParamsBinder.of(PolicyCase.class).bind(YAML.readTree(text))) {
            case BoundParams.Ok<PolicyCase>(PolicyCase testCase) -> new PolicyCaseRun(factory, testCase).run();
            case BoundParams.Invalid<PolicyCase>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        }
    }
}
