package io.policyengine.testkit.envoy;

import static io.policyengine.testkit.envoy.Answers.fitting;
import static io.policyengine.testkit.envoy.Answers.option;
import static io.policyengine.testkit.envoy.Answers.setting;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.testkit.envoy.model.EnvoyRelease;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterCounter;
import io.policyengine.testkit.envoy.model.ModelMutationRules;
import io.policyengine.testkit.time.Await;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Headers of both directions and the rules of header mutations. */
class HeaderAnswersTest extends SimFixture {
    private static final Upstream OK = Upstream.replying(200, "hello");

    @Test
    void passesAnExchangeThatTheServerAgreesTo() {
        SimResult result = run(FilterConfig.defaults(), agreeing(), SimRequest.get("/a?b=c", "x-a", "1"), OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().bodyText()).isEqualTo("hello");
        assertThat(result.reached()).isEqualTo(SimRequest.get("/a?b=c", "x-a", "1"));
        assertThat(result.sentCases()).containsExactly(RequestCase.REQUEST_HEADERS, RequestCase.RESPONSE_HEADERS);
        assertThat(result.streamEnd().kind()).isEqualTo(StreamEnd.Kind.LEFT_BY_ENVOY);
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void sendsRouteProtocolConfigAndMetadataWhereEnvoyDoes() {
        FilterConfig config = FilterConfig.builder().routeName("route-1").build();

        SimResult result = run(config, agreeing(), SimRequest.get("/"), OK);

        assertThat(result.sent()).allMatch(message -> message.hasMetadataContext());
        assertThat(result.sent().get(0).hasProtocolConfig()).isTrue();
        assertThat(result.sent().get(1).hasProtocolConfig()).isFalse();
        assertThat(result.sent())
                .allMatch(message -> message.getAttributesOrThrow("envoy.filters.http.ext_proc")
                        .getFieldsOrThrow("xds.route_name")
                        .getStringValue()
                        .equals("route-1"));
    }

    @Test
    void sendsAttributesWithTheFirstMessageOfADirectionOnly() {
        FilterConfig config = FilterConfig.builder()
                .routeName("r")
                .mode(mode -> mode.setRequestBodyMode(BodySendMode.BUFFERED))
                .build();

        SimResult result = run(config, agreeing(), SimRequest.post("/", "x"), OK);

        assertThat(result.sent())
                .extracting(message -> message.getAttributesCount())
                .containsExactly(1, 0, 1);
    }

    @Test
    void sendsInitialMetadata() {
        FilterConfig config =
                FilterConfig.builder().initialMetadata(Map.of("x-tenant", "a")).build();
        TestProcessor processor = processor(agreeing());
        EnvoySim sim = sim(EnvoySim.builder(vertx).target(processor.address()).filter(config));

        Await.result(sim.exchange(SimRequest.get("/"), OK));

        assertThat(processor.tenants).containsExactly("a");
    }

    @Test
    void removesBeforeItSets() {
        SimResult result = mutate(
                mutation -> mutation.addRemoveHeaders("x-a").addSetHeaders(option("x-a", "2", false)), "x-a", "1");

        assertThat(result.reached().headers().getAll("x-a")).containsExactly("2");
    }

    @Test
    void setsAllValuesUnlessAppendIsTrue() {
        SimResult result = mutate(
                mutation -> mutation.addSetHeaders(option("x-a", "3", false))
                        .addSetHeaders(option("x-a", "4", true))
                        .addSetHeaders(option("x-new", "5", true)),
                "x-a",
                "1",
                "x-a",
                "2");

        assertThat(result.reached().headers().getAll("x-a")).containsExactly("3", "4");
        assertThat(result.reached().header("x-new")).isEqualTo("5");
    }

    @Test
    void readsRawValueOnly() {
        SimResult result = mutate(mutation -> mutation.addSetHeaders(HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("x-a").setValue("lost"))));

        assertThat(result.reached().header("x-a")).isEmpty();
        assertThat(result.faults()).singleElement().asString().contains("`value`");
    }

    @Test
    void keepsOctetsThatAreNotUtf8() {
        SimResult result = mutate(mutation -> mutation.addSetHeaders(option("x-b", "\u00c3(", false)), "x-a", "\u00ff");

        assertThat(result.reached().header("x-a")).isEqualTo("\u00ff");
        assertThat(result.reached().header("x-b")).isEqualTo("\u00c3(");
    }

    @Test
    void refusesInvalidCharacters() {
        SimResult result = mutate(mutation -> mutation.addSetHeaders(option("x-a", "a\r\nb", false)));

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
        assertThat(result.details()).isEqualTo("Invalid_character_in_set_headers_mutation.");
    }

    @Test
    void refusesInvalidCharactersEvenIfFailuresAreAllowed() {
        FilterConfig config = FilterConfig.builder().failureModeAllow(true).build();

        SimResult result = run(config, requestMutation(m -> m.addRemoveHeaders("a b")), SimRequest.get("/"), OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void namesInvalidCharactersWithAFixedTokenFrom137() {
        FilterConfig config = FilterConfig.builder().version(EnvoyRelease.V1_40).build();

        SimResult result =
                run(config, requestMutation(m -> m.addSetHeaders(option("x", "\n", false))), SimRequest.get("/"), OK);

        assertThat(result.details()).isEqualTo("header_mutation_set_contains_invalid_character");
    }

    @Test
    void refusesMoreThanAHundredHeaders() {
        SimResult result = mutate(mutation -> {
            for (int i = 0; i < 101; i++) {
                mutation.addSetHeaders(option("x-" + i, "1", false));
            }
        });

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void refusesHeadersBeyond60KiBInTheResult() {
        SimResult result = mutate(mutation -> mutation.addSetHeaders(option("x-a", "a".repeat(60 * 1024), false)));

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void ignoresAndCountsSystemHeaders() {
        SimResult result = mutate(mutation -> mutation.addSetHeaders(option(":authority", "evil", false))
                .addSetHeaders(option(":method", "POST", false))
                .addSetHeaders(option("x-envoy-retry-on", "5xx", false))
                .addSetHeaders(option(":path", "/b", true))
                .addRemoveHeaders(":path"));

        assertThat(result.reached()).isEqualTo(SimRequest.get("/a"));
        assertThat(result.counter(FilterCounter.REJECTED_HEADER_MUTATIONS)).isEqualTo(5);
    }

    @Test
    void setsThePathByDefault() {
        SimResult result = mutate(mutation -> mutation.addSetHeaders(option(":path", "/b?c=d", false)));

        assertThat(result.reached().path()).isEqualTo("/b?c=d");
    }

    @Test
    void setsRoutingHeadersWhereTheRulesAllow() {
        FilterConfig config = FilterConfig.builder()
                .mutationRules(ModelMutationRules.allowing(true, true))
                .build();

        SimResult result = run(
                config,
                requestMutation(mutation -> mutation.addSetHeaders(option(":authority", "b.example", false))
                        .addSetHeaders(option("x-envoy-a", "1", false))),
                SimRequest.get("/"),
                OK);

        assertThat(result.reached().authority()).isEqualTo("b.example");
        assertThat(result.reached().header("x-envoy-a")).isEqualTo("1");
    }

    @Test
    void failsForbiddenMutationsWhereThatIsAnError() {
        FilterConfig config = FilterConfig.builder()
                .mutationRules(new ModelMutationRules(false, false, false, false, true))
                .build();

        SimResult result = run(
                config,
                requestMutation(m -> m.addSetHeaders(option(":method", "PUT", false))),
                SimRequest.get("/"),
                OK);

        assertThat(result.status()).isEqualTo(500);
    }

    @Test
    void clearsTheRouteCacheOnlyWithAMutation() {
        SimResult with = run(
                FilterConfig.defaults(),
                (message, out) -> out.answer(
                        fitting(message, setting("x-a", "1").andThen(common -> common.setClearRouteCache(true)))),
                SimRequest.get("/"),
                OK);
        SimResult without = run(
                FilterConfig.defaults(),
                (message, out) -> out.answer(fitting(message, common -> common.setClearRouteCache(true))),
                SimRequest.get("/"),
                OK);

        assertThat(with.counter(FilterCounter.CLEAR_ROUTE_CACHE)).isEqualTo(1);
        assertThat(without.counter(FilterCounter.CLEAR_ROUTE_CACHE)).isZero();
        assertThat(without.counter(FilterCounter.CLEAR_ROUTE_CACHE_IGNORED)).isEqualTo(1);
    }

    @Test
    void changesTheStatusOfAResponse() {
        SimResult result = run(
                FilterConfig.defaults(),
                (message, out) -> out.answer(
                        message.hasResponseHeaders() ? fitting(message, setting(":status", "418")) : fitting(message)),
                SimRequest.get("/"),
                OK);

        assertThat(result.status()).isEqualTo(418);
    }

    private SimResult mutate(Consumer<HeaderMutation.Builder> change, String... headers) {
        return run(FilterConfig.defaults(), requestMutation(change), SimRequest.get("/a", headers), OK);
    }

    private static TestProcessor.Script requestMutation(Consumer<HeaderMutation.Builder> change) {
        HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
        change.accept(mutation);
        return (message, out) -> out.answer(
                message.hasRequestHeaders()
                        ? fitting(message, common -> common.setHeaderMutation(mutation))
                        : fitting(message));
    }
}
