package io.policyengine.kernel.blackbox.requests;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says in its trailers of who it is reaches no policy and no upstream either. */
class IdentityTrailersTest {
    private static final String WORKERS = "workers: [ { name: w } ]\n";
    private static final SimRequest FORGED = SimRequest.post("/", "one ", "two")
            .withTrailers(
                    "x-user-id",
                    "admin",
                    "x_user_id",
                    "admin",
                    "x-user_id",
                    "admin",
                    "x.user.id",
                    "admin",
                    "x-sum",
                    "7");

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("a", Policies.request(new SetHeader("x-a", "1")))
            .with("auth", Policies.request(new SetHeader("X-User-ID", "alice")), Fact.PROVIDES_IDENTITY);

    @AfterEach
    void stop() {
        Await.until(() -> kernel.activeExchanges() == 0);
        assertThat(kernel.bufferedBytes()).isZero();
        kernel.close();
    }

    private SimResult exchange(FilterConfig filter, SimRequest request) {
        return Await.result(kernel.envoy(filter).exchange(request, Upstream.replying(200)));
    }

    private static void assertThatNobodyIsNamed(SimResult result) {
        assertThat(result.status()).isEqualTo(200);
        assertThat(trailers(result).toString()).doesNotContain("admin");
        assertThat(trailers(result).get("x-sum")).isEqualTo("7");
        assertThat(result.reached().bodyText()).isEqualTo("one two");
        assertThat(result.faults()).isEmpty();
    }

    private static HeaderMap trailers(SimResult result) {
        return Objects.requireNonNull(result.reached().trailers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ policy: auth }",
                "{ policy: auth, when: 'false' }",
                "{ policy: auth, mode: shadow }",
                "{ policy: auth, mode: \"off\" }",
                "{ policy: whole }, { policy: auth }",
                "{ policy: auth }, { policy: chunks }",
                "{ policy: look }, { policy: auth }",
            })
    void reachNoUpstream(String entries) {
        worker.with("whole", BodyNeed.BUFFERED, Policies.request())
                .with("chunks", BodyNeed.STREAMING, Policies.chunks(chunk -> chunk))
                .with(
                        "look",
                        Policies.onTrailers(_ -> Future.succeededFuture(new TrailersOutcome(List.of()))),
                        Fact.READS_TRAILERS);
        kernel.start(
                WORKERS,
                route("r", "[ " + entries + " ]", "[]")
                        + route("both", "[ " + entries + " ]", "[ { policy: a } ]")
                                .replace("route_policies:\n", ""));

        for (String name : List.of("r", "both")) {
            assertThatNobodyIsNamed(exchange(KernelHarness.filter(name), FORGED));
            assertThatNobodyIsNamed(exchange(
                    KernelHarness.filterBuilder(name)
                            .allowModeOverride(true)
                            .hidden("x-user-id", "x_user_id", "x-user_id")
                            .build(),
                    FORGED));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "BUFFERED", "BUFFERED_PARTIAL", "STREAMED", "FULL_DUPLEX_STREAMED"})
    void reachNoUpstreamWhereEnvoySendsThemByItself(BodySendMode mode) {
        kernel.start(
                WORKERS + "envoy: { allow_mode_override: false, trailers: send }\n",
                route("r", "[ { policy: auth } ]", "[]"));
        FilterConfig filter = KernelHarness.filterBuilder("r")
                .mode(it -> it.setRequestBodyMode(mode)
                        .setResponseBodyMode(mode)
                        .setRequestTrailerMode(HeaderSendMode.SEND)
                        .setResponseTrailerMode(HeaderSendMode.SEND))
                .build();

        assertThatNobodyIsNamed(exchange(filter, FORGED));
    }

    @Test
    void reachNoPolicyAndGiveWayToWhatAPolicySets() {
        AtomicReference<HeaderMap> seen = new AtomicReference<>();
        worker.with(
                "look",
                Policies.onTrailers(trailers -> {
                    seen.set(trailers.trailers());
                    return TrailersOutcome.proceed(List.of(new SetHeader("x-user-id", "alice")));
                }),
                Fact.READS_TRAILERS);
        kernel.start(WORKERS, route("r", "[ { policy: auth }, { policy: look } ]", "[]"));

        SimResult result = exchange(KernelHarness.filter("r"), FORGED);

        assertThat(seen.get().toString()).doesNotContain("admin").contains("x-sum");
        assertThatNobodyIsNamed(result);
        assertThat(trailers(result).getAll("x-user-id")).containsExactly("alice");
    }

    /** The response says that the request is sent, after which a draining engine may let go. */
    @Test
    void areAskedForOnlyWhereTheyMayCome() {
        kernel.start(
                WORKERS,
                route("r", "[ { policy: auth } ]", "[]")
                        + route("open", "[ { policy: a } ]", "[]").replace("route_policies:\n", ""));

        assertThat(exchange(KernelHarness.filter("r"), SimRequest.get("/")).sentCases())
                .containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(exchange(KernelHarness.filter("r"), SimRequest.post("/", "body"))
                        .sentCases())
                .containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS);
        assertThat(exchange(KernelHarness.filter("r"), FORGED).sentCases())
                .containsExactly(
                        RequestCase.REQUEST_HEADERS, RequestCase.REQUEST_TRAILERS, RequestCase.RESPONSE_HEADERS);
        SimResult untouched = exchange(KernelHarness.filter("open"), FORGED);
        assertThat(untouched.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS);
        assertThat(trailers(untouched).toString()).contains("admin");
    }

    @Test
    void aSpellingThatEnvoysRulesProtectFailsTheRequest() {
        kernel.start(
                WORKERS + "envoy: { mutation_rules: { disallow_expression: 'x[.]user[.]id' } }\n",
                route("r", "[ { policy: auth } ]", "[]"));

        SimResult result = exchange(KernelHarness.filter("r"), FORGED);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void aRouteIsRefusedWhereTheyCanNeitherComeNorBeAskedFor() {
        kernel.start(
                WORKERS + "envoy: { allow_mode_override: false }\n",
                route("r", "[ { policy: auth } ]", "[]")
                        + route("open", "[ { policy: a } ]", "[]").replace("route_policies:\n", ""));

        assertThat(kernel.get("r").status()).isEqualTo(500);
        assertThat(kernel.refusal("r")).contains("envoy.trailers: send");
        assertThat(kernel.get("open").status()).isEqualTo(200);
    }
}
