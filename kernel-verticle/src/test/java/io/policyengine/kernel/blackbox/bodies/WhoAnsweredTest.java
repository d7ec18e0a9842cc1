package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.RawMessages.answer;
import static io.policyengine.kernel.harness.RawMessages.request;
import static io.policyengine.kernel.harness.RawMessages.requestChunk;
import static io.policyengine.kernel.harness.RawMessages.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A response comes in place of a request's body that Envoy was asked for: what it says depends on who answered. */
class WhoAnsweredTest {
    private static final String LOST = "policy_kernel_ignored_mode_overrides";
    private static final int TOO_LONG = 2_000_000;

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private EnvoySim envoy() {
        return envoy("");
    }

    private EnvoySim envoy(String settings) {
        kernel.worker("w")
                .with("read", BodyNeed.BUFFERED, Policies.request(new SetHeader("x-seen", "1")))
                .with("deny", BodyNeed.STREAMING, Policies.denyingChunk("evil"));
        kernel.start("workers: [ { name: w } ]\n" + settings, """
                route_policies:
                  - { route_name: whole, request_flow: { policy_chain: [ { policy: read } ] } }
                  - { route_name: chunks, request_flow: { policy_chain: [ { policy: deny } ] } }
                """);
        return kernel.envoy(KernelHarness.filter("whole"));
    }

    /** A request that goes on and is answered, though its body was asked for and has not come; the answer to the response. */
    private static ProcessingResponse missed(
            EnvoySim envoy, String route, ProcessingRequest response, String... fields) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route, fields).build());
        assertThat(Await.result(stream.next()).hasModeOverride()).isTrue();
        stream.send(response);
        ProcessingResponse answer = Await.result(stream.next());
        stream.reset();
        return answer;
    }

    /** The answer to the headers of a request. */
    private static ProcessingResponse headers(EnvoySim envoy, String route, String... fields) {
        RawStream stream = envoy.rawStream();
        stream.send(request(route, fields).build());
        ProcessingResponse answer = Await.result(stream.next());
        stream.reset();
        return answer;
    }

    private static BodySendMode wanted(EnvoySim envoy, String... fields) {
        ProcessingResponse answer = headers(envoy, "chunks", fields);
        assertThat(answer.hasModeOverride()).as(answer.toString()).isTrue();
        return answer.getModeOverride().getRequestBodyMode();
    }

    /** A request of which a chunk comes. */
    private static void honoured(EnvoySim envoy) {
        RawStream stream = envoy.rawStream();
        stream.send(request("chunks").build());
        Await.result(stream.next());
        stream.send(requestChunk("good"));
        Await.result(stream.next());
        stream.reset();
    }

    @ParameterizedTest
    @CsvSource({
        "via_upstream,200",
        "via_upstream,400",
        "via_upstream,408",
        "via_upstream,413",
        "via_upstream,431",
        "via_upstream,500",
        "via_upstream,503",
        "response_timeout,504",
        "upstream_per_try_timeout,504",
        "upstream_reset_before_response_started{connection_termination},503",
        "direct_response,200"
    })
    void noStatusHidesThatARequestWentOnWithoutItsBody(String details, String status) {
        EnvoySim envoy = envoy();

        ProcessingResponse answer = missed(envoy, "whole", answer(details, status));

        assertThat(answer.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(500);
        assertThat(headers(envoy, "whole").hasModeOverride()).isFalse();
        Await.untilAsserted(() -> assertThat(kernel.metric(LOST)).isEqualTo(1));
    }

    @ParameterizedTest
    @CsvSource({
        "http1.codec_error,400",
        "http1.codec_error,200",
        "http2.violation.of.messaging.rule,200",
        "request_payload_too_large,413",
        "request_overall_timeout,408",
        "request_overall_timeout,418",
        "stream_idle_timeout,408",
        "overload,503"
    })
    void answersOfEnvoysOwnPassAndSayNothingWhateverTheirStatus(String details, String status) {
        EnvoySim envoy = envoy();

        for (int i = 0; i < 60; i++) {
            for (String route : List.of("whole", "chunks")) {
                ProcessingResponse answer =
                        missed(envoy, route, answer(details, status, "content-type", "application/grpc"));
                assertThat(answer.hasResponseHeaders()).as(answer.toString()).isTrue();
            }
        }

        assertThat(headers(envoy, "whole").hasModeOverride()).isTrue();
        assertThat(wanted(envoy)).isEqualTo(BodySendMode.STREAMED);
        assertThat(kernel.metric(LOST)).isZero();
    }

    @Test
    void whereTheAttributeIsMissingTheRoutersFieldTellsOfItsOwnResponse() {
        EnvoySim envoy = envoy();

        missed(envoy, "whole", answer(null, "413", "x-envoy-upstream-service-time", "1"));

        assertThat(headers(envoy, "whole").hasModeOverride()).isFalse();
    }

    @Test
    void aFieldThatAnUpstreamWritesHidesNoOtherRequestThatWentOn() {
        EnvoySim envoy = envoy();
        missed(envoy, "chunks", answer(null, "401", "x-envoy-upstream-service-time", "1"));

        for (int i = 0; i < 5; i++) {
            missed(envoy, "whole", answer(null, "200"));
        }

        assertThat(headers(envoy, "whole").hasModeOverride()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"200", "400", "408", "413", "503"})
    void anEnvoyThatNeverTellsIsTakenToIgnoreOverridesAfterFiveAndNothingPasses(String status) {
        EnvoySim envoy = envoy();

        for (int i = 0; i < 5; i++) {
            assertThat(missed(envoy, "whole", answer(null, status)).hasImmediateResponse())
                    .isTrue();
        }

        assertThat(headers(envoy, "whole").hasModeOverride()).isFalse();
    }

    @Test
    void chunksThatAnEnvoyKeepsBackThatNeverTellsAreAskedForWholeAndThenNoMore() {
        EnvoySim envoy = envoy();
        missed(envoy, "chunks", answer(null, "200"));

        for (int i = 0; i < 5; i++) {
            assertThat(wanted(envoy, "content-length", "5")).isEqualTo(BodySendMode.BUFFERED);
            missed(envoy, "chunks", answer(null, "200"));
        }

        assertThat(headers(envoy, "chunks").hasModeOverride()).isFalse();
    }

    @Test
    void whereAnEnvoyNeverTellsABodyThatComesForgivesMalformedRequests() {
        EnvoySim envoy = envoy();
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                missed(envoy, "whole", answer(null, "200"));
            }
            RawStream stream = envoy.rawStream();
            stream.send(request("whole").build());
            Await.result(stream.next());
            stream.send(requestChunk("whole"));
            Await.result(stream.next());
            stream.reset();
        }
        for (int j = 0; j < 49; j++) {
            missed(envoy, "whole", answer(null, "200"));
        }

        assertThat(headers(envoy, "whole").hasModeOverride()).isTrue();
    }

    @Test
    void readinessSaysThatAnEnvoyDoesNotTellAndHowItWouldUntilItDoes() {
        EnvoySim envoy = envoy();
        missed(envoy, "whole", answer(null, "200"));

        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("127.0.0.1", "does not report", "response_attributes: [response.code_details]");

        missed(envoy, "whole", answer("http1.codec_error", "400"));
        assertThat(kernel.admin("/health/ready")).doesNotContain("does not report");
    }

    @Test
    void aSuspectRequestThatEnvoysBufferCannotHoldGoesInChunksWhereTheyHaveComeOnce() {
        EnvoySim envoy = envoy();
        honoured(envoy);
        for (int i = 0; i < 4; i++) {
            missed(envoy, "chunks", response("401"));
        }

        assertThat(wanted(envoy, "content-length", "5")).isEqualTo(BodySendMode.BUFFERED);
        assertThat(wanted(envoy, "content-length", String.valueOf(TOO_LONG))).isEqualTo(BodySendMode.STREAMED);
        assertThat(wanted(envoy)).isEqualTo(BodySendMode.STREAMED);
    }

    @Test
    void oneThatIsTooLongIsRefusedAtOnceWhereChunksHaveNeverComeThoughTheyWereTriedThrice() {
        EnvoySim envoy = envoy();
        String length = String.valueOf(TOO_LONG);
        missed(envoy, "chunks", response("401"));
        for (int i = 0; i < 3; i++) {
            assertThat(wanted(envoy, "content-length", length)).isEqualTo(BodySendMode.STREAMED);
        }

        assertThat(headers(envoy, "chunks", "content-length", length)
                        .getImmediateResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(500);
        assertThat(wanted(envoy, "content-length", "5")).isEqualTo(BodySendMode.BUFFERED);

        honoured(envoy);
        assertThat(wanted(envoy, "content-length", length)).isEqualTo(BodySendMode.STREAMED);
    }

    @Test
    void oneOfNoAnnouncedLengthIsAskedForWholeAndRefusedWhereItDoesNotCome() {
        EnvoySim envoy = envoy("limits: { body_idle_timeout_ms: 1000 }\n");
        missed(envoy, "chunks", response("401"));
        RawStream stream = envoy.rawStream();
        stream.send(request("chunks").build());
        assertThat(Await.result(stream.next()).getModeOverride().getRequestBodyMode())
                .isEqualTo(BodySendMode.BUFFERED);

        ProcessingResponse refusal = Await.result(stream.next());

        assertThat(refusal.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(408);
    }

    @Test
    void twoFiltersBehindOneConnectionAreFoundOutThoughOneOfThemHonoursOverrides() {
        EnvoySim envoy = envoy();
        int passed = 0;
        while (passed < 40 && headers(envoy, "chunks", "content-length", "5").hasModeOverride()) {
            honoured(envoy);
            missed(envoy, "chunks", response("200"), "content-length", "5");
            passed++;
        }

        assertThat(passed).isEqualTo(6);
        Await.untilAsserted(() -> assertThat(kernel.metric(LOST)).isEqualTo(1));
    }

    @Test
    void upstreamsThatAnswerOneInTenEarlyDelayNoOther() {
        EnvoySim envoy = envoy();
        honoured(envoy);
        for (int i = 0; i < 300; i++) {
            if (i % 10 == 0) {
                assertThat(missed(envoy, "chunks", response("401")).hasResponseHeaders())
                        .isTrue();
            } else {
                honoured(envoy);
            }
            assertThat(wanted(envoy, "content-length", "5")).isEqualTo(BodySendMode.STREAMED);
        }
    }
}
