package io.policyengine.kernel.blackbox.requests;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/** SPEC "Identity": what a client says of who it is reaches no policy and no upstream, whatever becomes of the chain. */
class IdentityTest {
    private static final String WORKERS = "workers: [ { name: one }, { name: two } ]\n";
    private static final String[] SPELLINGS = {
        "X-User-ID", "x-user-id", "X_User_ID", "X-User_ID", "x_user-id", "X.User.Id"
    };

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = kernel.worker("one").with("a", Policies.request(new SetHeader("x-a", "1")));
    private final ScriptedWorker two = kernel.worker("two")
            .with("auth", Policies.request(new SetHeader("X-User-ID", "alice")), Fact.PROVIDES_IDENTITY);

    @AfterEach
    void stop() {
        kernel.close();
    }

    private ScriptedWorker worker(String name) {
        return name.equals("one") ? one : two;
    }

    private static SimRequest forged(SimRequest request) {
        SimRequest forged = request;
        for (String name : SPELLINGS) {
            forged = forged.withHeader(name, "admin");
        }
        return forged;
    }

    private SimResult exchange(FilterConfig filter, SimRequest request) {
        return Await.result(kernel.envoy(filter).exchange(request, Upstream.replying(200)));
    }

    /** The request goes upstream, and names nobody; not even where Envoy hides all of it from the engine. */
    private void assertThatNobodyIsNamed(SimRequest request) {
        FilterConfigBuilder hiding = KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .hidden("x-user-id", "x_user_id", "x-user_id", "x_user-id");
        for (FilterConfig filter : List.of(KernelHarness.filter("r"), hiding.build())) {
            assertThatNobodyIsNamed(exchange(filter, forged(request)));
        }
    }

    private static void assertThatNobodyIsNamed(SimResult result) {
        assertThat(result.reached().headers().toString()).doesNotContain("admin");
        assertThat(result.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ policy: auth, when: 'false' }",
                "{ policy: auth, mode: shadow }",
                "{ policy: auth, mode: \"off\" }",
                "{ policy: nowhere, mode: \"off\" }",
                "{ policy: skip }, { policy: auth }",
                "{ policy: broken, on_failure: skip_remaining }, { policy: auth }",
                "{ policy: brokenAuth, on_failure: continue }",
                "{ policy: brokenAuth, on_failure: skip_remaining }",
                "{ policy: silentAuth, on_failure: continue, timeout_ms: 20 }",
            })
    void anEntryThatDoesNotRunNamesNobody(String entries) {
        one.with(
                        "skip",
                        Policies.onRequest(
                                _ -> Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), null))))
                .with("broken", Policies.failing())
                .with("brokenAuth", Policies.failing(), Fact.PROVIDES_IDENTITY)
                .with("silentAuth", Policies.silent(), Fact.PROVIDES_IDENTITY);

        kernel.start(WORKERS, route("r", "[ " + entries + " ]", "[]"));

        assertThatNobodyIsNamed(SimRequest.get("/"));
        assertThatNobodyIsNamed(SimRequest.post("/", "body"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ name: two } | { policy: auth, on_failure: continue }",
                "{ name: two } | { policy: auth, on_failure: skip_remaining }, { policy: a }",
                "{ name: two, fail_open: true } | { policy: auth }, { policy: a }"
            })
    void aWorkerThatIsPassedOverNamesNobody(String worker, String entries) {
        kernel.start("workers: [ { name: one }, " + worker + " ]\n", route("r", "[ " + entries + " ]", "[]"));
        two.goAway();
        awaitHealth("two", 0);

        assertThatNobodyIsNamed(SimRequest.get("/"));
    }

    @Test
    void aCallThatFailsNamesNobody() {
        kernel.start(WORKERS, route("r", "[ { policy: auth, on_failure: continue } ]", "[]"));
        two.failCalls(new WorkerException(Kind.CONNECTION_LOST, "it died"));

        assertThatNobodyIsNamed(SimRequest.get("/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "shadow"})
    void anOverrideNamesNobody(String mode) {
        kernel.write(
                "overrides.yaml", "overrides:\n  - { policy: auth, mode: \"" + mode + "\", reason: it is broken }\n");
        kernel.start(WORKERS, route("r", "[ { policy: auth }, { policy: a } ]", "[]"));

        assertThatNobodyIsNamed(SimRequest.get("/"));
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "BUFFERED", "BUFFERED_PARTIAL", "STREAMED", "FULL_DUPLEX_STREAMED"})
    void noModeOfBodiesLetsAClientNameItself(BodySendMode mode) {
        one.with("chunks", BodyNeed.STREAMING, Policies.chunks(chunk -> chunk))
                .with("whole", BodyNeed.BUFFERED, Policies.request());
        String off = "{ policy: auth, when: 'false' }";
        kernel.start(
                WORKERS,
                route("chunks", "[ " + off + ", { policy: chunks } ]", "[]")
                        + route("whole", "[ " + off + ", { policy: whole } ]", "[]")
                                .replace("route_policies:\n", ""));
        HeaderSendMode trailers = mode == BodySendMode.NONE ? HeaderSendMode.SKIP : HeaderSendMode.SEND;

        for (String name : List.of("chunks", "whole")) {
            if (name.equals("whole") && mode == BodySendMode.STREAMED) {
                continue; // such a chain is refused there
            }
            FilterConfig filter = KernelHarness.filterBuilder(name)
                    .allowModeOverride(true)
                    .hidden("x_user_id")
                    .mode(it -> it.setRequestBodyMode(mode)
                            .setResponseBodyMode(mode)
                            .setRequestTrailerMode(trailers)
                            .setResponseTrailerMode(trailers))
                    .build();
            SimResult result = exchange(filter, forged(SimRequest.post("/", "a", "b")));

            assertThatNobodyIsNamed(result);
            assertThat(result.reached().bodyText()).isEqualTo("ab");
        }
    }

    @Test
    void aBodyThatIsSetOnHeadersLetsNobodyNameHimself() {
        one.with("set", Policies.request(new SetBody(Buffer.buffer("other"), "text/plain")));
        kernel.start(WORKERS, route("r", "[ { policy: auth, when: 'false' }, { policy: set } ]", "[]"));

        assertThatNobodyIsNamed(SimRequest.post("/", "body"));
    }

    @Test
    void whatAPolicySetsAfterwardsGoesUpstreamAlone() {
        kernel.start(WORKERS, route("r", "[ { policy: auth } ]", "[]"));

        SimResult seen = exchange(KernelHarness.filter("r"), forged(SimRequest.get("/")));
        SimResult hidden =
                exchange(KernelHarness.filterBuilder("r").hidden("x-user-id").build(), forged(SimRequest.get("/")));
        SimResult same = exchange(KernelHarness.filter("r"), SimRequest.get("/", "x-user-id", "alice"));

        for (SimResult result : List.of(seen, hidden, same)) {
            assertThatNobodyIsNamed(result);
            assertThat(result.reached().headers().getAll("x-user-id")).containsExactly("alice");
        }
    }

    @Test
    void noPolicySeesWhomAClientNames() {
        AtomicReference<String> seen = new AtomicReference<>("");
        one.with("look", Policies.onRequest(context -> {
                    seen.accumulateAndGet(context.request().headers().toString(), String::concat);
                    return RequestOutcome.unchanged();
                }))
                .with("lookAgain", Policies.onResponse(context -> {
                    seen.accumulateAndGet(context.request().headers().toString(), String::concat);
                    seen.accumulateAndGet(context.originalRequest().headers().toString(), String::concat);
                    return ResponseOutcome.unchanged();
                }));
        kernel.start(
                WORKERS,
                route(
                        "r",
                        "[ { policy: look }, { policy: a, when: \"'x-user-id' in request.headers\" }, { policy: auth, when: 'false' } ]",
                        "[ { policy: lookAgain } ]"));

        SimResult result = exchange(KernelHarness.filter("r"), forged(SimRequest.get("/", "x-other", "1")));

        assertThat(seen.get()).contains("x-other").doesNotContain("admin");
        assertThat(result.reached().header("x-a")).isNull();
    }

    @Test
    void theFieldsAreThoseThatTheEntryTells() {
        two.withIdentity("auth", "X-Tenant-Name");
        kernel.start(WORKERS, route("r", "[ { policy: auth, when: 'false' } ]", "[]"));

        SimResult result = kernel.get("r", "x_tenant_name", "all", "x-user-id", "bob");

        assertThat(result.reached().headers()).isEqualTo(HeaderMap.of("x-user-id", "bob"));
    }

    @Test
    void anEntryThatIsOffTellsItsFieldsToo() {
        two.withIdentity("auth", "x-tenant");
        kernel.start(WORKERS, route("r", "[ { policy: auth, mode: \"off\" } ]", "[]"));

        assertThat(kernel.get("r", "x-tenant", "all").reached().headers()).isEqualTo(HeaderMap.empty());
        assertThat(two.calls()).isZero();
    }

    @Test
    void aChainThatDeclaresNoIdentityLeavesThemAlone() {
        kernel.start(WORKERS, route("r", "[ { policy: a } ]", "[ { policy: auth } ]"));

        assertThat(kernel.get("r", "x-user-id", "bob").reached().header("x-user-id"))
                .isEqualTo("bob");
    }

    @Test
    void aRouteWhoseFieldsAreNotKnownYetWaitsForTheWorkerThatTellsThem() {
        kernel.start(WORKERS, route("r", "[ { policy: a } ]", "[]"));
        two.withIdentity("auth", "x-tenant").goAway();
        awaitHealth("two", 0);
        kernel.write("routes/new.yaml", route("new", "[ { policy: auth, on_failure: continue } ]", "[]"));
        kernel.reload();

        assertThat(kernel.get("new", "x-tenant", "all").status()).isEqualTo(503);

        two.comeBack();
        awaitHealth("two", 1);
        Await.untilAsserted(
                () -> assertThat(kernel.get("new", "x-tenant", "all").status()).isEqualTo(200));
        assertThat(kernel.get("new", "x-tenant", "all").reached().header("x-tenant"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-envoy-user", "host", "content-length", "a-b-c-d-e-f-g-h"})
    void aRouteWhoseFieldsEnvoyWouldNotRemoveIsRefused(String field) {
        two.withIdentity("auth", field);
        kernel.start(WORKERS, route("r", "[ { policy: auth, when: 'false' } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "disallow_all: true",
                "disallow_expression: x_user-id",
                "disallow_all: true, allow_expression: x-user-id"
            })
    void aRouteIsRefusedWhereEnvoysRulesKeepASpellingFromBeingRemoved(String rules) {
        two.withIdentity("auth", "x-user-id");
        kernel.start(
                WORKERS + "envoy: { mutation_rules: { " + rules + " } }\n",
                route("r", "[ { policy: auth, when: 'false' } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
    }

    @Test
    void fieldsOfEnvoysOwnAreRemovedWhereItsRulesAllowIt() {
        two.withIdentity("auth", "x-envoy-user");
        kernel.start(
                WORKERS + "envoy: { mutation_rules: { allow_envoy: true } }\n",
                route("r", "[ { policy: auth, when: 'false' } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(200);
    }

    @Test
    void moreSpellingsThanEnvoyRemovesAreRefused() {
        two.withIdentity("auth", "x-a-b-c-d-e");
        kernel.start(WORKERS, route("r", "[ { policy: auth, when: 'false' } ]", "[]"));
        SimRequest request = SimRequest.get("/");
        for (char c : "!#$%&'*+.^`|~0".toCharArray()) {
            for (String form :
                    List.of("x?a-b-c-d-e", "x-a?b-c-d-e", "x-a-b?c-d-e", "x-a-b-c?d-e", "x?a-b-c-d?e", "x-a-b?c?d-e")) {
                request = request.withHeader(form.replace('?', c), "1");
            }
        }

        SimResult result = exchange(KernelHarness.filter("r"), request);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ policy: auth }", "{ policy: auth, mode: \"off\" }"})
    void anEnvoyThatSkipsRequestHeadersIsNotTrusted(String entry) {
        kernel.start(WORKERS, route("r", "[ " + entry + " ]", "[ { policy: a } ]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("r")
                .mode(mode -> mode.setRequestHeaderMode(HeaderSendMode.SKIP))
                .build());

        SimResult result = Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void whatAPolicyRemovesUnseenIsRemoved() {
        one.with("remove", Policies.request(new RemoveHeader("X-Secret")));
        kernel.start(WORKERS, route("r", "[ { policy: remove } ]", "[]"));

        SimResult result = exchange(
                KernelHarness.filterBuilder("r").hidden("x-secret").build(), SimRequest.get("/", "x-secret", "1"));

        assertThat(result.reached().header("x-secret")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {":path", ":authority", ":method"})
    void aRequestWhoseTargetIsHiddenDoesNotPassItsChain(String hidden) {
        kernel.start(WORKERS, route("r", "[ { policy: a } ]", "[]"));

        SimResult result =
                exchange(KernelHarness.filterBuilder("r").hidden(hidden).build(), SimRequest.get("/"));

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
        assertThat(one.calls()).isZero();
    }

    @Test
    void aRequestWhoseTargetIsHiddenPassesARouteWithoutRequestPolicies() {
        one.with("r", Policies.response(new SetHeader("x-r", "1")));
        kernel.start(WORKERS, route("r", "[]", "[ { policy: r } ]"));

        SimResult result = exchange(
                KernelHarness.filterBuilder("r").hidden(":path", ":authority").build(), SimRequest.get("/"));

        assertThat(result.response().header("x-r")).isEqualTo("1");
    }

    @Test
    void aConnectHasNoPath() {
        kernel.start(WORKERS, route("r", "[ { policy: a } ]", "[]"));

        SimResult result = exchange(
                KernelHarness.filterBuilder("r").hidden(":path").build(),
                SimRequest.get("/").withMethod("CONNECT"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().header("x-a")).isEqualTo("1");
    }

    /**
     * Mallory's identity is announced, then Bob's. Neither the upstream nor a later policy sees a part of the former,
     * whichever workers run the entries, and even if a third-party policy sets nothing but the id.
     */
    @ParameterizedTest
    @CsvSource({
        "one, one, one, true",
        "one, two, two, true",
        "one, two, one, true",
        "two, one, one, false",
        "one, one, two, false",
        "two, two, two, false",
    })
    void anIdentityReplacesTheFormerOneAsAWhole(String first, String second, String third, boolean setsField) {
        AtomicReference<String> seen = new AtomicReference<>("");
        List<RequestInstruction> mallory = new ArrayList<>(new Identity(
                        "mallory",
                        "https://partner.example",
                        "jwt",
                        List.of("admin"),
                        List.of("all"),
                        JsonNodeFactory.instance.objectNode().put("tier", "gold"))
                .instructions());
        mallory.add(Identity.provenBy(List.of("authorization")));
        mallory.add(new SetMetadata("identity.tenant", StringNode.valueOf("evil")));
        mallory.add(new SetMetadata("other", StringNode.valueOf("kept")));
        mallory.add(new SetHeader("X-User-ID", "mallory"));
        mallory.add(new SetHeader("X-Tenant", "evil"));
        List<RequestInstruction> bob = new ArrayList<>();
        if (setsField) {
            bob.add(new SetHeader("X-User-ID", "bob"));
        }
        bob.add(new SetMetadata(Identity.ID, StringNode.valueOf("bob")));
        worker(first)
                .with("token", Policies.onRequest(_ -> RequestOutcome.proceed(mallory)), Fact.PROVIDES_IDENTITY)
                .withIdentity("token", "X-User-ID", "X-Tenant");
        worker(second)
                .with("key", Policies.onRequest(_ -> RequestOutcome.proceed(bob)), Fact.PROVIDES_IDENTITY)
                .withIdentity("key", "X-User-ID");
        worker(third).with("look", Policies.onRequest(context -> {
            seen.set(context.request().headers() + " "
                    + new TreeMap<>(context.metadata().values()));
            return RequestOutcome.unchanged();
        }));
        kernel.start(WORKERS, route("r", "[ { policy: token }, { policy: key }, { policy: look } ]", "[]"));

        SimResult result = kernel.get("r", "x-tenant", "forged", "x-plain", "1");

        HeaderMap expected =
                setsField ? HeaderMap.of("x-plain", "1", "x-user-id", "bob") : HeaderMap.of("x-plain", "1");
        assertThat(result.reached().headers()).isEqualTo(expected);
        assertThat(seen.get()).isEqualTo(expected + " {identity.id=\"bob\", other=\"kept\"}");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void theIdentityStaysWhereALaterEntryAnnouncesNone() {
        one.with(
                        "token",
                        Policies.request(
                                new SetMetadata(Identity.ID, StringNode.valueOf("alice")),
                                new SetHeader("X-User-ID", "alice")),
                        Fact.PROVIDES_IDENTITY)
                .with("roles", Policies.request(new SetMetadata(Identity.ROLES, StringNode.valueOf("reader"))));
        kernel.start(
                WORKERS,
                route(
                        "r",
                        "[ { policy: token }, { policy: roles }, { policy: token, name: t, when: 'false' } ]",
                        "[]"));

        assertThat(kernel.get("r").reached().header("x-user-id")).isEqualTo("alice");
    }

    private void awaitHealth(String worker, double value) {
        Await.untilAsserted(() -> assertThat(kernel.metric("policy_kernel_worker_health{worker=\"" + worker + "\"}"))
                .isEqualTo(value));
    }
}
