package io.policyengine.testkit.policy;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Creates tests of a policy from HTTP cases in YAML. Each test resource {@code cases/POLICY/*.yaml} is a list of cases.
 *
 * <pre>{@code
 * - name: a known key passes
 *   params: { keys: [ { consumer: bob, plain: secret } ] }
 *   steps:
 *     - request: { path: "/?a=b", headers: { X-API-Key: secret } }
 *       expect: { headers: { X-User-ID: bob, X-API-Key: null }, metadata: { identity.id: bob } }
 *     - advance_ms: 1000
 *       request: { headers: { X-API-Key: wrong } }
 *       expect: { status: 403, reason: unauthorized, json: { error: The API key is not valid, code: API_KEY_INVALID } }
 * - name: keys are needed
 *   invalid: [ { at: "", says: no keys } ]
 * }</pre>
 *
 * <p>The {@code targets} of a case answer the policy's call-outs; {@code targets} of a step replace them from that step
 * on. Time advances until all targets have answered. {@code callouts} are the expected requests:
 *
 * <pre>{@code
 * - name: a token that the server knows passes
 *   params: { target: auth }
 *   targets: { auth: [ { path: /introspect, json: { active: true }, after_ms: 20 } ] }
 *   steps:
 *     - request: { headers: { Authorization: Bearer abc } }
 *       expect: { callouts: [ { target: auth, method: POST, body: token=abc } ] }
 *     - targets: { auth: [ { fails: unreachable } ] }
 *       expect: { failure: dependency_unavailable }
 * }</pre>
 *
 * <p>{@code byte_targets} answer call-outs to servers with byte protocols:
 *
 * <pre>{@code
 *   byte_targets: { "scanner:3310": [ { contains: BAD, ends: "\0", answer: "no\0" }, { ends: "\0", answer: "yes\0" } ] }
 * }</pre>
 *
 * <p>A request must pass if its expectation has neither {@code status} nor {@code failure}. If a step has a
 * {@code response}, the response phase runs, and the expectation applies to the response. With
 * {@code both_phases: true}, the request phase runs first. {@code request_trailers} and {@code response_trailers}
 * follow the message, and {@code trailers} of the expectation are the resulting fields. {@code response_headers} are
 * the fields that the request phase adds to the response. A path that a policy sets must conform to
 * {@code path_rules: strict}, with the exceptions in {@code allow_in_path}. With {@code chunks}, the body arrives in
 * these chunks, and {@code body} of the expectation is the concatenated output. Unknown keys are errors.
 */
public final class PolicyCases {
    private static final ParamsBinder<CaseFile> BINDER = ParamsBinder.of(CaseFile.class);
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private PolicyCases() {}

    record CaseFile(List<PolicyCase> cases) {}

    /**
     * Returns one test per case, for a method with {@code @TestFactory}.
     *
     * @throws AssertionError if there are no cases, or a file is malformed
     */
    public static List<DynamicTest> of(PolicyFactory<?> factory) {
        String name = factory.descriptor().name();
        List<DynamicTest> tests = files(name).stream()
                .flatMap(file -> read(file).stream()
                        .map(testCase -> DynamicTest.dynamicTest(
                                name + ": " + testCase.name(),
                                file.toUri(),
                                () -> new PolicyCaseRun(factory, testCase).run())))
                .toList();
        if (tests.isEmpty()) {
            throw new AssertionError("no cases in cases/" + name + "/*.yaml");
        }
        return tests;
    }

    /**
     * Returns one test of {@link ChunkProperty} for each step with {@code chunks}, if the policy with the step's
     * parameters takes chunks.
     *
     * @throws AssertionError if there is no test for a phase in which the policy can take chunks
     */
    public static List<DynamicTest> ofChunks(PolicyFactory<?> factory) {
        PolicyDescriptor descriptor = factory.descriptor();
        List<DynamicTest> tests = new ArrayList<>();
        for (Phase phase : descriptor.phases()) {
            List<DynamicTest> found = files(descriptor.name()).stream()
                    .flatMap(
                            file -> read(file).stream().flatMap(testCase -> chunkTests(factory, testCase, phase, file)))
                    .toList();
            if (found.isEmpty() && ChunkProperty.isAbout(descriptor.bodyNeed(phase))) {
                throw new AssertionError("no step with chunks for the " + phase + " phase in cases/" + descriptor.name()
                        + "/*.yaml, though the policy takes chunks there");
            }
            tests.addAll(found);
        }
        return tests;
    }

    /**
     * Returns one test for each case with a path that can be spelled in another way. Each of its requests has a
     * different spelling, and must have the verdict of the case.
     */
    public static List<DynamicTest> ofSpellings(PolicyFactory<?> factory) {
        String name = factory.descriptor().name();
        PathSpellings spellings = new PathSpellings(name.hashCode());
        return files(name).stream()
                .flatMap(file -> bound(
                                file, spellings.of(YAML.readTree(file.toFile())).toList())
                        .stream()
                        .map(testCase -> DynamicTest.dynamicTest(
                                name + ": " + testCase.name() + ", for other spellings of the paths",
                                file.toUri(),
                                () -> new PolicyCaseRun(factory, testCase).run())))
                .toList();
    }

    /**
     * Returns two tests for each case, without its expectations: one with hostile variants of its messages, and one in
     * which all targets and stores fail. A test fails if a message makes the policy report a failed dependency, or if
     * the policy has a dependency without declaring {@link io.policyengine.core.policy.Fact#HAS_DEPENDENCY}.
     *
     * @param nth every nth variant is sent; 1 for all
     */
    public static List<DynamicTest> ofFailures(PolicyFactory<?> factory, int nth) {
        String name = factory.descriptor().name();
        return files(name).stream()
                .flatMap(file -> read(file).stream()
                        .filter(testCase -> testCase.invalid().isEmpty())
                        .flatMap(testCase -> Stream.of(
                                DynamicTest.dynamicTest(
                                        name + ": " + testCase.name() + ", for hostile messages",
                                        file.toUri(),
                                        () -> new FailureRun(factory, testCase).withHostileMessages(nth)),
                                DynamicTest.dynamicTest(
                                        name + ": " + testCase.name() + ", without dependencies",
                                        file.toUri(),
                                        () -> new FailureRun(factory, testCase).withoutDependencies()))))
                .toList();
    }

    /**
     * Returns one test for each case with targets, without its expectations. In the test, the targets refuse all
     * requests, or give answers that are too long. It fails if the policy then reports a failed dependency, since a
     * client may provoke such answers.
     */
    public static List<DynamicTest> ofProvokedAnswers(PolicyFactory<?> factory) {
        String name = factory.descriptor().name();
        return files(name).stream()
                .flatMap(file -> read(file).stream()
                        .filter(testCase -> testCase.invalid().isEmpty() && hasTargets(testCase))
                        .map(testCase -> DynamicTest.dynamicTest(
                                name + ": " + testCase.name() + ", for answers that a client may provoke",
                                file.toUri(),
                                () -> FailureRun.withProvokedAnswers(factory, testCase))))
                .toList();
    }

    private static boolean hasTargets(PolicyCase testCase) {
        return !testCase.targets().isEmpty()
                || testCase.steps().stream().anyMatch(step -> !step.targets().isEmpty());
    }

    private static Stream<DynamicTest> chunkTests(
            PolicyFactory<?> factory, PolicyCase testCase, Phase phase, Path file) {
        return testCase.steps().stream()
                .filter(step -> step.chunks() != null && (step.response() == null) == (phase == Phase.REQUEST))
                .filter(_ -> ChunkProperty.isAbout(new PolicyCaseRun(factory, testCase).bodyNeed(phase)))
                .map(step -> DynamicTest.dynamicTest(
                        factory.descriptor().name() + ": " + testCase.name() + ", for any division into chunks",
                        file.toUri(),
                        () -> new PolicyCaseRun(factory, testCase).requireAnyCut(step)));
    }

    private static List<Path> files(String name) {
        URL folder = Thread.currentThread().getContextClassLoader().getResource("cases/" + name);
        if (folder == null) {
            throw new AssertionError("no folder cases/" + name + " among the test resources");
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError("cases must be in a folder, not in " + folder, e);
        }
    }

    private static List<PolicyCase> read(Path file) {
        return bound(file, YAML.readTree(file.toFile()).valueStream().toList());
    }

    private static List<PolicyCase> bound(Path file, List<JsonNode> cases) {
        ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
        wrapped.putArray("cases").addAll(cases);
        return switch (BINDER.bind(wrapped)) {
            case BoundParams.Ok<CaseFile>(CaseFile(var all)) -> all;
            case BoundParams.Invalid<CaseFile>(var problems) -> throw new AssertionError(file + ": " + problems);
        };
    }
}
