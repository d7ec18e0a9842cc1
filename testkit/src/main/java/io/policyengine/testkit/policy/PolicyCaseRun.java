package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.ValidatedToken;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs one policy case, and compares the results with the case's expectations. */
final class PolicyCaseRun {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private final PolicyFactory<?> factory;
    private final PolicyCase testCase;
    private final FakeEnvironment environment = new FakeEnvironment();
    private final CaseTargets targets = new CaseTargets(environment);

    PolicyCaseRun(PolicyFactory<?> factory, PolicyCase testCase) {
        this.factory = factory;
        this.testCase = testCase;
    }

    void run() {
        if (!testCase.invalid().isEmpty()) {
            assertThatExceptionOfType(InvalidParamsException.class)
                    .isThrownBy(this::prepared)
                    .satisfies(refusal -> requireProblems(refusal, testCase.invalid()));
            return;
        }
        assertThat(testCase.steps())
                .as("a case must have either steps or invalid")
                .isNotEmpty();
        try (PolicyTester tester = prepared()) {
            for (int i = 0; i < testCase.steps().size(); i++) {
                PolicyCase.Step step = testCase.steps().get(i);
                prepare(step);
                for (int time = 1; time <= step.times(); time++) {
                    run(tester, step, "step " + (i + 1) + (step.times() > 1 ? ", time " + time : ""));
                }
            }
        }
    }

    /** Requires that a step with chunks has the same result for every division of its body. */
    void requireAnyCut(PolicyCase.Step step) {
        Buffer body = ChunkFeed.join(chunks(step));
        Metadata metadata = Metadata.of(step.metadata());
        RequestView request = request(step.request());
        Supplier<PolicyTester> made =
                PolicyTester.eachOf(factory, params(), () -> new PolicyCaseRun(factory, testCase).prepare());
        EnvoyMetadata envoy = envoy(step);
        Supplier<PolicyTester> fresh = () -> made.get().withEnvoy(envoy);
        if (step.response() == null) {
            ChunkProperty.holds(fresh, request, metadata, body);
        } else {
            ChunkProperty.holds(fresh, response(step.response()), request, metadata, body);
        }
    }

    FakeEnvironment environment() {
        return environment;
    }

    BodyNeed bodyNeed(Phase phase) {
        try (PolicyTester tester = prepared()) {
            return tester.bodyNeed(phase);
        }
    }

    PolicyTester prepared() {
        return PolicyTester.of(factory, params(), prepare())
                .withPathRules(PathRules.STRICT, Set.copyOf(testCase.allowInPath()));
    }

    JsonNode params() {
        ObjectNode merged = testCase.settings().deepCopy();
        merged.setAll(testCase.params());
        return merged;
    }

    private FakeEnvironment prepare() {
        testCase.files().forEach(environment::writeFile);
        targets.use(testCase.targets());
        targets.useBytes(testCase.byteTargets());
        use(testCase.stores());
        testCase.sinks().forEach(environment::useSink);
        return environment;
    }

    private static void requireProblems(InvalidParamsException refusal, List<PolicyCase.Wrong> expected) {
        assertThat(refusal.problems()).as("problems").hasSameSizeAs(expected);
        for (PolicyCase.Wrong wrong : expected) {
            assertThat(refusal.problems()).anySatisfy(problem -> {
                assertThat(problem.pointer()).isEqualTo(wrong.at());
                assertThat(problem.message()).contains(wrong.says());
            });
        }
    }

    void prepare(PolicyCase.Step step) {
        environment.advance(step.advanceMs());
        step.write().forEach(environment::writeFile);
        step.delete().forEach(environment::deleteFile);
        targets.use(step.targets());
        targets.useBytes(step.byteTargets());
        use(step.stores());
    }

    private void run(PolicyTester tester, PolicyCase.Step step, String where) {
        targets.forgetAsked();
        requireOutcome(tester.withEnvoy(envoy(step)), step, where);
        List<PolicyCase.Sent> callouts = step.expect().callouts();
        if (callouts != null) {
            targets.require(callouts, where);
        }
    }

    static EnvoyMetadata envoy(PolicyCase.Step step) {
        EnvoyMetadata.Builder metadata = EnvoyMetadata.builder();
        step.envoy().forEach((namespace, fields) -> metadata.untyped(namespace, JSON.convertValue(fields, MEMBERS)));
        return metadata.build();
    }

    private static void requireOutcome(PolicyTester tester, PolicyCase.Step step, String where) {
        String failure = step.expect().failure();
        if (failure == null) {
            compare(tester, step, where);
            return;
        }
        assertThatExceptionOfType(PolicyException.class)
                .as(where)
                .isThrownBy(() -> compare(tester, step, where))
                .satisfies(thrown -> assertThat(thrown.code().name().toLowerCase(Locale.ROOT))
                        .isEqualTo(failure));
    }

    private static void compare(PolicyTester tester, PolicyCase.Step step, String where) {
        PolicyCase.Expect expect = step.expect();
        RequestView request = request(step.request());
        Metadata metadata = Metadata.of(step.metadata());
        if (step.chunks() != null) {
            compareChunks(tester, step, request, metadata, where);
            return;
        }
        if (step.response() != null && !step.bothPhases()) {
            ResponseRun run = tester.response(response(step.response()), request, request, metadata);
            compare(withTrailers(tester, step, run, request, request, where), expect, where);
            return;
        }
        String token = step.validatedToken();
        RequestRun run = tester.settled(
                tester.requestLater(request, metadata, token == null ? null : new ValidatedToken(token)));
        requireHeaders(run.responseHeaders(), expect.responseHeaders(), where + ": for the response");
        if (step.response() != null) {
            assertThat(run.isDenied()).as("%s: the request is denied", where).isFalse();
            ResponseRun response = tester.response(response(step.response()), run);
            compare(withTrailers(tester, step, response, run.request(), request, where), expect, where);
        } else if (expect.status() != null) {
            assertThat(run.isDenied()).as("%s: the request is denied", where).isTrue();
            compare(run.denial(), expect, where);
            requireMetadata(run.metadata(), expect, where);
        } else {
            assertThat(run.isDenied())
                    .as("%s: the request is denied: %s", where, run.outcome())
                    .isFalse();
            compare(withTrailers(tester, step, run, where), expect, where);
        }
    }

    private static ResponseRun withTrailers(
            PolicyTester tester,
            PolicyCase.Step step,
            ResponseRun run,
            RequestView sent,
            RequestView original,
            String where) {
        if (step.responseTrailers() == null) {
            return run;
        }
        TrailersRun trailers =
                tester.settled(tester.responseTrailers(headers(step.responseTrailers()), run, sent, original));
        requireHeaders(trailers.trailers(), step.expect().trailers(), where + ": trailers");
        return new ResponseRun(run.outcome(), run.response(), trailers.metadata(), run.exchangeId());
    }

    private static RequestRun withTrailers(PolicyTester tester, PolicyCase.Step step, RequestRun run, String where) {
        if (step.requestTrailers() == null) {
            return run;
        }
        TrailersRun trailers = tester.settled(tester.requestTrailers(headers(step.requestTrailers()), run));
        requireHeaders(trailers.trailers(), step.expect().trailers(), where + ": trailers");
        return new RequestRun(run.outcome(), run.original(), run.request(), trailers.metadata(), run.exchangeId());
    }

    private static void compareChunks(
            PolicyTester tester, PolicyCase.Step step, RequestView request, Metadata metadata, String where) {
        PolicyCase.Expect expect = step.expect();
        assertThat(step.bothPhases()).as("%s: both_phases with chunks", where).isFalse();
        if (step.response() != null) {
            ResponseChunkRun run =
                    tester.responseChunks(response(step.response()), request, request, metadata, chunks(step));
            ResponseRun headers = run.headers();
            ResponseView after = headers.response().withBody(run.joined());
            ResponseRun whole = new ResponseRun(headers.outcome(), after, headers.metadata(), headers.exchangeId());
            compare(withTrailers(tester, step, whole, request, request, where), expect, where);
            requireChunks(run.chunks(), expect, where);
            return;
        }
        RequestChunkRun run = tester.requestChunks(request, metadata, chunks(step));
        requireHeaders(run.headers().responseHeaders(), expect.responseHeaders(), where + ": for the response");
        if (expect.status() != null) {
            compare(run.denial(), expect, where);
        } else {
            assertThat(run.answer()).as("%s: the request is denied", where).isNull();
            RequestRun headers = run.headers();
            RequestView after = headers.request().withBody(run.joined());
            RequestRun whole =
                    new RequestRun(headers.outcome(), request, after, headers.metadata(), headers.exchangeId());
            compare(withTrailers(tester, step, whole, where), expect, where);
        }
        requireChunks(run.chunks(), expect, where);
    }

    private static void requireChunks(List<Buffer> chunks, PolicyCase.Expect expect, String where) {
        if (expect.chunks() != null) {
            assertThat(chunks.stream().map(Buffer::toString).toList())
                    .as("%s: chunks", where)
                    .isEqualTo(expect.chunks());
        }
    }

    static List<Buffer> chunks(PolicyCase.Step step) {
        return step.chunks() == null
                ? List.of()
                : step.chunks().stream().map(Buffer::buffer).toList();
    }

    private static void compare(ImmediateResponse denial, PolicyCase.Expect expect, String where) {
        assertThat(denial.status()).as("%s: status", where).isEqualTo(expect.status());
        requireEqual(denial.reason(), expect.reason(), where + ": reason");
        requireEqual(denial.code(), expect.code(), where + ": code");
        requireEqual(denial.rule(), expect.rule(), where + ": rule");
        requireHeaders(denial.headers(), expect.headers(), where);
        requireBody(denial.body(), expect, where);
    }

    private static void compare(RequestRun run, PolicyCase.Expect expect, String where) {
        requireEqual(run.request().method(), expect.method(), where + ": method");
        requireEqual(run.request().rawPath(), expect.path(), where + ": path");
        requireEqual(run.request().authority(), expect.authority(), where + ": authority");
        requireHeaders(run.request().headers(), expect.headers(), where);
        requireBody(run.request().body(), expect, where);
        requireMetadata(run.metadata(), expect, where);
    }

    private static void compare(ResponseRun run, PolicyCase.Expect expect, String where) {
        if (expect.status() != null) {
            assertThat(run.response().status()).as("%s: status", where).isEqualTo(expect.status());
        }
        requireHeaders(run.response().headers(), expect.headers(), where);
        requireBody(run.response().body(), expect, where);
        requireMetadata(run.metadata(), expect, where);
    }

    private static void requireEqual(@Nullable String actual, @Nullable String expected, String what) {
        if (expected != null) {
            assertThat(actual).as(what).isEqualTo(expected);
        }
    }

    private static void requireHeaders(HeaderMap headers, Map<String, JsonNode> expectedFields, String where) {
        expectedFields.forEach((name, expected) -> {
            List<String> values = expected.isNull()
                    ? List.of()
                    : expected.isArray()
                            ? expected.valueStream().map(JsonNode::asString).toList()
                            : List.of(expected.asString());
            assertThat(headers.getAll(name).stream().map(Octets::toText).toList())
                    .as("%s: header %s", where, name)
                    .isEqualTo(values);
        });
    }

    private static void requireMetadata(Metadata metadata, PolicyCase.Expect expect, String where) {
        expect.metadata()
                .forEach((key, expected) -> assertThat(metadata.get(key))
                        .as("%s: metadata %s", where, key)
                        .isEqualTo(expected.isNull() ? null : expected));
    }

    private static void requireBody(@Nullable Buffer body, PolicyCase.Expect expect, String where) {
        String text = body == null ? "" : body.toString();
        requireEqual(text, expect.body(), where + ": body");
        if (expect.json() != null) {
            assertThat(JSON.readTree(text)).as("%s: body", where).isEqualTo(expect.json());
        }
    }

    static RequestView request(PolicyCase.Request request) {
        RequestView plain = TestMessages.request(
                request.method(), Octets.fromText(request.path()), headers(request.headers()), request.client());
        return new RequestView(
                plain.method(),
                plain.scheme(),
                plain.authority(),
                plain.rawPath(),
                plain.headers(),
                plain.clientAddress(),
                request.attributes(),
                buffer(request.body()),
                false);
    }

    static ResponseView response(PolicyCase.Response response) {
        return new ResponseView(response.status(), headers(response.headers()), buffer(response.body()));
    }

    private static @Nullable Buffer buffer(@Nullable String text) {
        return text == null ? null : Buffer.buffer(text);
    }

    private static HeaderMap headers(Map<String, StringOrList> fields) {
        HeaderMap.Builder headers = HeaderMap.builder(fields.size());
        fields.forEach(
                (name, values) -> values.values().forEach(value -> headers.append(name, Octets.fromText(value))));
        return headers.build();
    }

    private void use(Map<String, String> stores) {
        stores.forEach((name, state) -> environment.useStore(name).be(state));
    }
}
