package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stored answer is given only while the entries that it has passed are those that it would pass now. */
class PassedEntriesTest {
    private static final String MASK = "{ policy: piiRedaction, params: { entities: [ email ] } }";
    private static final String PLAIN = "{ policy: transformHeaders, params: { set: { X-A: b } } }";
    private static final String MAIL = "{\"mail\":\"bob@example.com\"}";
    private static final String MASKED = "{\"mail\":\"[EMAIL]\"}";

    @TempDir
    Path directory;

    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));

    @BeforeEach
    void start() {
        kernel("");
        routes("", "");
        StandardWorker.start(engine, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private void kernel(String more) {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  max_opened_routes: 100
                """ + more);
    }

    /** Writes routes that store what has passed these entries, and a request entry of another route. */
    private void routes(String before, String elsewhere) {
        String entries = before.isEmpty() ? "" : before + ", ";
        KernelUnderTest.write(directory, "routes/routes.yaml", """
                route_policies:
                  - route_name: /cached
                    request_flow: { policy_chain: [ { policy: cache } ] }
                    response_flow: { policy_chain: [ %1$s { policy: cache } ] }
                  - route_name: /kept
                    request_flow: { policy_chain: [ { policy: idempotency } ] }
                    response_flow: { policy_chain: [ %1$s { policy: idempotency } ] }
                  - route_name: /elsewhere
                    request_flow: { policy_chain: [ %2$s ] }
                """.formatted(entries, elsewhere));
    }

    private void reload() {
        assertThat(Await.result(engine.kernel().reloads().reload(Origin.FILES)).status())
                .isEqualTo(Status.SUCCESS);
    }

    private SimResult get(SimResponse answer) {
        return engine.exchange("/cached", SimRequest.get("/"), answer);
    }

    private SimResult post(SimResponse answer) {
        return engine.exchange("/kept", SimRequest.post("/", "a").withHeader("idempotency-key", "k"), answer);
    }

    private static SimResponse answer() {
        return SimResponse.of(200, MAIL)
                .withHeader("content-type", "application/json")
                .withHeader("cache-control", "max-age=60")
                .withContentLength();
    }

    private void assertAnsweredFromMemory(String body) {
        SimResult hit = get(SimResponse.of(500));
        assertThat(hit.upstream()).isNull();
        assertThat(hit.response().bodyText()).isEqualTo(body);
    }

    @Test
    void anAnswerOfBeforeAMaskIsNotGivenAfterIt() {
        get(answer());
        assertAnsweredFromMemory(MAIL);

        routes(MASK, "");
        reload();

        assertThat(get(answer()).response().bodyText()).isEqualTo(MASKED);
        assertAnsweredFromMemory(MASKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ policy: piiRedaction, params: { entities: [ email, phone ] } }",
                "{ policy: piiRedaction, params: { entities: [ email ] }, when: \"response.status < 300\" }",
                "{ policy: piiRedaction, params: { entities: [ email ] }, on_overload: continue }",
                MASK + ", " + PLAIN,
                PLAIN
            })
    void anAnswerIsFetchedAgainAfterAnotherChangeOfWhatItPassed(String changed) {
        routes(MASK, "");
        reload();
        get(answer());
        assertAnsweredFromMemory(MASKED);

        routes(changed, "");
        reload();

        assertThat(get(SimResponse.of(500)).status()).isEqualTo(500);
    }

    @Test
    void anAnswerStaysWhereSomethingElseChanges() {
        routes("{ policy: piiRedaction, params: { entities: [ email ], action: mask } }", "");
        reload();
        get(answer());

        routes(
                "{ name: other, policy: piiRedaction, params: { action: mask, entities: [ email ] } }, "
                        + "{ policy: transformHeaders, mode: shadow, params: { set: { X-A: b } } }",
                PLAIN);
        reload();

        assertAnsweredFromMemory(MASKED);
    }

    /** Answers stored without the mask are not given with it; those stored with it are given again once it is back. */
    @ParameterizedTest
    @ValueSource(strings = {"off", "shadow"})
    void anOverrideKeepsMaskedAndUnmaskedAnswersApart(String mode) {
        routes(MASK, "");
        reload();
        get(answer());

        kernel("  overrides: [ { policy: piiRedaction, mode: " + mode + ", reason: a test } ]\n");
        reload();
        assertThat(get(answer()).response().bodyText()).isEqualTo(MAIL);
        assertAnsweredFromMemory(MAIL);

        kernel("");
        reload();
        assertAnsweredFromMemory(MASKED);
    }

    /** The request has been run, so it is not run again. */
    @Test
    void aKeptAnswerOfBeforeAMaskIsNotReplayedAndItsRequestNotRunAgain() {
        assertThat(post(answer()).response().bodyText()).isEqualTo(MAIL);
        assertThat(post(SimResponse.of(500)).response().bodyText()).isEqualTo(MAIL);

        routes(MASK, "");
        reload();
        SimResult masked = post(answer());
        routes("", "");
        reload();
        SimResult again = post(SimResponse.of(500));

        assertThat(masked.upstream()).isNull();
        assertThat(masked.status()).isEqualTo(409);
        assertThat(masked.response().bodyText()).contains("IDEMPOTENCY_ANSWER_NOT_KEPT");
        assertThat(again.upstream()).isNull();
        assertThat(again.response().bodyText()).isEqualTo(MAIL);
    }
}
