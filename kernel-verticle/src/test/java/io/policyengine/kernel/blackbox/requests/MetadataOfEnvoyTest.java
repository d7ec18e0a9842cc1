package io.policyengine.kernel.blackbox.requests;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.kernel.harness.Bodies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.policy.AiFacts;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Envoy's own filters know reaches the policies that declare that they look at it, and may take the place of bodies. */
class MetadataOfEnvoyTest {
    private static final String WORKERS = "workers: [ { name: w, timeout_ms: 5000 }, { name: v, timeout_ms: 5000 } ]\n";
    private static final String MCP = "envoy.filters.http.mcp";
    private static final String LOOKS = "[ { policy: looks } ]";
    private static final EnvoyMetadata.Typed INFO = AiFacts.requestInfo(3, "claude", true, 100, 7);
    private static final EnvoyMetadata.Typed USAGE = AiFacts.tokenUsage(3, "claude", 7, 50, 1);

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** Says in a field what it is shown, and whether it gets a body. */
    private static Policy looking(String field, String... namespaces) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return RequestOutcome.proceed(List.of(new SetHeader(
                        field,
                        said(request.envoy(), namespaces) + " "
                                + request.request().body())));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return ResponseOutcome.proceed(List.of(new SetHeader(
                        field,
                        said(response.envoy(), namespaces) + " "
                                + response.response().body())));
            }
        };
    }

    private static String said(EnvoyMetadata metadata, String... namespaces) {
        StringBuilder said = new StringBuilder();
        for (String namespace : namespaces) {
            said.append(metadata.fields(namespace).getOrDefault("method", "-"))
                    .append('/')
                    .append(metadata.fields(namespace).getOrDefault("output_tokens", "-"))
                    .append('/')
                    .append(metadata.fields(namespace).getOrDefault("model", "-"));
        }
        return said + "" + metadata.namespaces().size();
    }

    private void worker() {
        kernel.worker("w")
                .with("looks", looking("x-seen", MCP))
                .withMetadata("looks", EntryFacts.readingMetadata(MCP))
                .with("usage", looking("x-usage", AiFacts.TOKEN_USAGE))
                .withMetadata("usage", EntryFacts.readingMetadata(AiFacts.TOKEN_USAGE))
                .with("body", BodyNeed.BUFFERED, looking("x-body", MCP))
                .with("other", BodyNeed.BUFFERED, looking("x-other", MCP))
                .withMetadata(
                        "body",
                        EntryFacts.bodyUnlessMetadata(Phase.REQUEST, MCP)
                                .with(EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, AiFacts.REQUEST_INFO)));
        kernel.worker("v").with("plain", looking("x-plain", MCP));
    }

    private void start(String request, String response) {
        kernel.start(WORKERS, route("r", request, response));
    }

    private static Map<String, Struct> mcp(String method) {
        return Map.of(MCP, Struct.newBuilder().putFields("method", text(method)).build());
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Any any(EnvoyMetadata.Typed message) {
        return Any.newBuilder()
                .setTypeUrl(message.typeUrl())
                .setValue(ByteString.copyFrom(message.value().getBytes()))
                .build();
    }

    private static FilterConfigBuilder filter() {
        return KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .forwardingNamespaces(Set.of(MCP, "unread"))
                .typedForwardingNamespaces(Set.of(AiFacts.REQUEST_INFO, AiFacts.TOKEN_USAGE));
    }

    private SimResult post(FilterConfigBuilder filter) {
        return Await.result(kernel.envoy(filter.build())
                .exchange(SimRequest.post("/", "hello"), Upstream.replying(SimResponse.of(200, "answer"))));
    }

    private static long bodies(SimResult result, RequestCase which) {
        return result.sentCases().stream().filter(which::equals).count();
    }

    @Test
    void isShownToEntriesThatReadItAndToNoOthers() {
        worker();
        start("[ { policy: plain }, { policy: looks } ]", LOOKS);

        SimResult result = post(filter().metadata(mcp("tools/call")));

        assertThat(result.reached().header("x-seen")).isEqualTo("tools/call/-/-1 null");
        assertThat(result.reached().header("x-plain")).isEqualTo("-/-/-0 null");
        assertThat(result.response().header("x-seen")).isEqualTo("tools/call/-/-1 null");
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void whatNobodyReadsIsNotKept() {
        worker();
        start(LOOKS, LOOKS);

        SimResult result = post(filter().metadata(
                        Map.of("unread", mcp("tools/call").values().iterator().next())));

        assertThat(result.reached().header("x-seen")).isEqualTo("-/-/-0 null");
    }

    @Test
    void thatOfLaterMessagesComesToTheResponse() {
        worker();
        start("[ { policy: usage } ]", "[ { policy: usage } ]");

        SimResult result = post(filter().responseTypedMetadata(Map.of(AiFacts.TOKEN_USAGE, any(USAGE))));

        assertThat(result.reached().header("x-usage")).isEqualTo("-/-/-0 null");
        assertThat(result.response().header("x-usage")).isEqualTo("-/50/claude1 null");
    }

    @Test
    void aConditionReadsIt() {
        worker();
        start("[ { policy: plain, when: \"envoy.metadata['" + MCP + "'].method == 'tools/call'\" } ]", "[]");

        assertThat(post(filter().metadata(mcp("tools/call"))).reached().header("x-plain"))
                .isEqualTo("tools/call/-/-1 null");
        assertThat(post(filter().metadata(mcp("tools/list"))).reached().header("x-plain"))
                .isNull();
    }

    @Test
    void takesThePlaceOfTheRequestsBody() {
        worker();
        start("[ { policy: body } ]", "[]");

        SimResult with = post(filter().metadata(mcp("tools/call")));
        SimResult without = post(filter());

        assertThat(with.reached().header("x-body")).isEqualTo("tools/call/-/-1 null");
        assertThat(with.reached().bodyText()).isEqualTo("hello");
        assertThat(bodies(with, RequestCase.REQUEST_BODY)).isZero();
        assertThat(without.reached().header("x-body")).isEqualTo("-/-/-0 hello");
        assertThat(bodies(without, RequestCase.REQUEST_BODY)).isPositive();
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void takesThePlaceOfTheResponsesBodyIfItCameWithTheRequestsHeaders() {
        worker();
        start("[]", "[ { policy: body } ]");

        SimResult with = post(filter().typedMetadata(Map.of(AiFacts.REQUEST_INFO, any(INFO))));
        SimResult tooLate = post(filter().responseTypedMetadata(Map.of(AiFacts.REQUEST_INFO, any(INFO))));

        assertThat(with.response().header("x-body")).endsWith(" null");
        assertThat(with.response().bodyText()).isEqualTo("answer");
        assertThat(bodies(with, RequestCase.RESPONSE_BODY)).isZero();
        assertThat(tooLate.response().header("x-body")).endsWith(" answer");
        assertThat(bodies(tooLate, RequestCase.RESPONSE_BODY)).isPositive();
    }

    @Test
    void whatIsHeldBackOfABodyGoesBeforeTheTrailersThatEnvoyMakesInItsPlace() {
        kernel.worker("w")
                .with("budget", BodyNeed.STREAMING, looking("x-budget", AiFacts.REQUEST_INFO), Fact.READS_TRAILERS)
                .withMetadata("budget", EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, AiFacts.REQUEST_INFO))
                .with("guard", BodyNeed.STREAMING, Policies.filtering(Policies::hoarding));
        start("[]", "[ { policy: budget }, { policy: guard } ]");

        SimResult result = Await.result(kernel.envoy(filter().typedMetadata(Map.of(AiFacts.REQUEST_INFO, any(INFO)))
                        .build())
                .exchange(
                        SimRequest.post("/", "hello"),
                        Upstream.replying(SimResponse.of(200, "an ", "answer").withTrailers("x-made", "1"))));

        assertThat(result.response().header("x-budget")).endsWith("1 null");
        assertThat(result.response().bodyText()).isEqualTo("an answer");
        assertThat(Objects.requireNonNull(result.response().trailers()).get("x-made"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "BUFFERED", "FULL_DUPLEX_STREAMED"})
    void anEntryThatReadsTheBodyStillGetsItBesideOneThatDoesWithout(BodySendMode mode) {
        worker();
        start("[ { policy: body }, { policy: other }, { policy: body, name: again } ]", "[]");

        SimResult result = post(filter().metadata(mcp("tools/call"))
                .processingMode(Bodies.filter(mode).processingMode()));

        assertThat(result.reached().header("x-body")).isEqualTo("tools/call/-/-1 null");
        assertThat(result.reached().header("x-other")).isEqualTo("-/-/-0 hello");
        assertThat(result.reached().bodyText()).isEqualTo("hello");
    }

    @Test
    void whatIsTooLargeIsAsIfItHadNotComeAndIsCountedOncePerExchange() {
        worker();
        start("[ { policy: body } ]", LOOKS);

        SimResult result = post(filter().metadata(mcp("x".repeat(70_000))));

        assertThat(result.reached().header("x-body")).isEqualTo("-/-/-0 hello");
        assertThat(result.response().header("x-seen")).isEqualTo("-/-/-0 null");
        assertThat(kernel.metric("policy_kernel_ignored_metadata_total")).isEqualTo(1);
    }

    @Test
    void whatIsNoMessageOfItsTypeIsAsIfItHadNotCome() {
        worker();
        start("[]", "[ { policy: body } ]");
        Any broken = any(INFO).toBuilder()
                .setValue(ByteString.copyFrom(new byte[] {8}))
                .build();

        SimResult result = post(filter().typedMetadata(Map.of(AiFacts.REQUEST_INFO, broken)));

        assertThat(result.response().header("x-body")).endsWith(" answer");
        assertThat(kernel.metric("policy_kernel_ignored_metadata_total")).isEqualTo(1);
    }

    @Test
    void refusesARouteWithMoreThanFourNamespacesInPlaceOfBodies() {
        EntryFacts four = EntryFacts.none();
        for (String namespace : List.of("a", "b", "c", "d")) {
            four = four.with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, namespace));
        }
        kernel.worker("w")
                .with("four", BodyNeed.BUFFERED, looking("x-four", MCP))
                .withMetadata("four", four)
                .with("five", BodyNeed.BUFFERED, looking("x-five", MCP))
                .withMetadata("five", four.with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, "e")));
        kernel.start(
                "workers: [ { name: w, timeout_ms: 5000 } ]\n",
                route("r", "[ { policy: four } ]", "[]")
                        + route("s", "[ { policy: five } ]", "[]").replace("route_policies:\n", ""));

        assertThat(post(filter()).reached().header("x-four")).isEqualTo("-/-/-0 hello");
        assertThat(post(filter().routeName("s")).response().status()).isEqualTo(500);
    }

    @Test
    void aRequestThatNamesTheMetadataInItsHeadersForgesNone() {
        worker();
        start("[ { policy: body } ]", "[]");

        SimResult result = Await.result(kernel.envoy(filter().build())
                .exchange(
                        SimRequest.post("/", "hello")
                                .withHeader(MCP, "{\"method\":\"tools/call\"}")
                                .withHeader("envoy-metadata", MCP),
                        Upstream.replying(200)));

        assertThat(result.reached().header("x-body")).isEqualTo("-/-/-0 hello");
    }
}
