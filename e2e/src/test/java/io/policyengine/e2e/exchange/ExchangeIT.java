package io.policyengine.e2e.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests through a real Envoy, in every shape of the engine. */
@ParameterizedClass
@MethodSource("setups")
class ExchangeIT {
    private static @Nullable Stack started;

    private final Stack stack;
    private final EnvoyVersion envoy;

    ExchangeIT(Setup setup) {
        this.stack = stack(setup);
        this.envoy = setup.envoy();
    }

    static Stream<Setup> setups() {
        return Setup.ofBothEnvoys();
    }

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) {
        started = Stack.start(setup, TestConf.ofTests());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    private static Stack stack(Setup setup) {
        if (started == null) {
            throw new IllegalStateException(setup + " is not started");
        }
        return started;
    }

    @Test
    void theLogHasTheKnownFaultsOfTheRelease() {
        String fault = "Envoy 1.36.4 has a known fault, CVE-2026-47207: ";
        String sound = "Envoy 1.40.0 has connected: no known fault of this release does harm";
        String expected = envoy == EnvoyVersion.V1_36 ? fault : sound;

        Eventually.isTrue(expected, () -> stack.kernel().process().output().contains(expected));

        String log = stack.kernel().process().output();
        assertThat(log.split(expected, -1)).as(log).hasSize(2);
        assertThat(log).doesNotContain(envoy == EnvoyVersion.V1_36 ? sound : "has a known fault");
    }

    @Test
    void changesTheRequestBeforeTheUpstreamSeesIt() {
        Web.Answer answer = stack.get("/both");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-processed")).isEqualTo("yes");
        assertThat(answer.header("x-frame-options")).isEqualTo("DENY");
    }

    @Test
    void deniesWithoutAKeyAndDecoratesTheDenial() {
        int before = stack.upstream().received();

        Web.Answer answer = stack.get("/locked");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("www-authenticate")).isEqualTo("API-Key");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("x-details")).isEqualTo("authentication_failed:API_KEY_MISSING{apiKeyAuth}");
        assertThat(stack.upstream().received()).isEqualTo(before);
    }

    /** What %RESPONSE_CODE_DETAILS% is in Envoy's access log. */
    @Test
    void envoysDetailsHaveTheExactCodeOfPoliciesAndOfTheKernel() {
        for (int i = 0; i < 3; i++) {
            stack.get("/limited");
        }

        assertThat(details("/locked", "X-API-Key", "guess")).isEqualTo("unauthorized:API_KEY_UNKNOWN{apiKeyAuth}");
        assertThat(details("/private")).isEqualTo("authentication_failed:CREDENTIALS_MISSING{basicAuth}");
        assertThat(details("/limited")).isEqualTo("rate_limited:RATE_LIMITED{rateLimit}");
        assertThat(details("/nowhere")).isEqualTo("policy_denied:UNKNOWN_ROUTE{kernel}");
        assertThat(details("/misconfigured")).isEqualTo("route_misconfigured:ROUTE_MISCONFIGURED{kernel}");
    }

    private @Nullable String details(String path, String... headers) {
        return stack.get(path, headers).header("x-details");
    }

    @Test
    void deniesAWrongKey() {
        Web.Answer answer = stack.get("/locked", "X-API-Key", "guess");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    void letsARightKeyPassAndTakesItOutOfTheRequest() {
        Web.Answer answer = stack.get("/locked", "X-API-Key", "alices-key", "X-User-ID", "mallory");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-user-id")).isEqualTo("alice");
        assertThat(answer.seenUpstream("x-api-key")).isNull();
    }

    @Test
    void asksForAPasswordAndTakesTheRightOne() {
        String credentials = Base64.getEncoder().encodeToString("alice:wonderland".getBytes(StandardCharsets.UTF_8));

        assertThat(stack.get("/private").status()).isEqualTo(401);
        assertThat(stack.get("/private", "Authorization", "Basic " + credentials)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void limitsTheRateAndSaysWhenToComeBack() {
        stack.get("/limited");
        stack.get("/limited");

        Web.Answer third = stack.get("/limited");

        assertThat(third.status()).isEqualTo(429);
        assertThat(third.header("retry-after")).isNotNull();
    }

    @Test
    void letsAnOpenRoutePassUnchanged() {
        Web.Answer answer = stack.get("/open");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-processed")).isNull();
    }

    @Test
    void letsNothingPassThatNoRouteIsFor() {
        int before = stack.upstream().received();

        Web.Answer answer = stack.get("/somewhere-else");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("UNKNOWN_ROUTE");
        assertThat(stack.upstream().received()).isEqualTo(before);
    }

    @Test
    void answersAMisconfiguredRouteWith500() {
        Web.Answer answer = stack.get("/misconfigured");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("ROUTE_MISCONFIGURED");
        assertThat(answer.header("x-policy-error")).isEqualTo("configuration");
    }

    @Test
    void aConditionDecidesWhetherAPolicyRuns() {
        assertThat(stack.get("/conditional").status()).isEqualTo(200);
        assertThat(stack.get("/conditional", "X-Mock", "1").status()).isEqualTo(418);
    }

    @Test
    void aPolicyInTheShadowDeniesNobodyAndIsCounted() {
        Web.Answer answer = stack.get("/conditional", "X-API-Key", "guess");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-api-key")).isEqualTo("guess");
        assertThat(stack.get("/conditional").status()).isEqualTo(200);
        String denied =
                "policy_worker_shadow_outcomes_total{entry=\"apiKeyAuth\",outcome=\"deny\",policy=\"apiKeyAuth\",route=\"/conditional\"} ";
        String metrics = Web.get(stack.policies().metricsPort(), "/metrics").body();
        assertThat(metrics).contains(denied).doesNotContain(denied + "0.0");
    }

    @Test
    void allMetersAreOnThePageOfMetrics() throws IOException {
        String page = Files.readString(Path.of("../docs/reference/metrics.md"));

        assertThat(Stream.of(stack.kernel(), stack.policies())
                        .map(process ->
                                Web.get(process.metricsPort(), "/metrics").body())
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith("# TYPE ") && !line.endsWith("_max gauge"))
                        .map(line -> line.split(" "))
                        .map(words -> "| `" + words[2] + "` | " + words[3] + " |"))
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(page).contains(row));
    }

    /** A byte of the upstream's body would be read as the beginning of the next response. */
    @Test
    void aConnectionCanBeUsedAgainAfterAResponseWithoutContent() throws IOException {
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), stack.envoy().port())) {
            client.setSoTimeout(15_000);
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));

            assertThat(head(client, answers, "/no-content")).startsWith("HTTP/1.1 204 No Content");
            assertThat(head(client, answers, "/no-content")).startsWith("HTTP/1.1 204 No Content");
            assertThat(head(client, answers, "/both")).startsWith("HTTP/1.1 200 OK");
        }
    }

    /** Status line and fields of the answer to a GET. */
    private static List<String> head(Socket client, BufferedReader answers, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
        client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return answers.lines().takeWhile(line -> !line.isEmpty()).toList();
    }

    @Test
    void asksEnvoyForOneMessageWhereOnlyTheRequestHasPolicies() {
        long before = stack.envoy().extProc("stream_msgs_sent");

        for (int i = 0; i < 10; i++) {
            assertThat(stack.get("/request-only").status()).isEqualTo(200);
        }

        assertThat(stack.envoy().extProc("stream_msgs_sent") - before).isEqualTo(10);
    }
}
