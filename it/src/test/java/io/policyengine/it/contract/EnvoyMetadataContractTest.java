package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.policy.AiFacts;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Metadata of Envoy's filters in both forms of a worker; what the kernel does with it is in its MetadataOfEnvoyTest. */
@ParameterizedClass
@EnumSource
class EnvoyMetadataContractTest {
    private static final String WORKERS = PATIENT + "workers: [ { name: one, timeout_ms: 5000 } ]\n";
    private static final String MCP = "envoy.filters.http.mcp";
    private static final String LOOKS = "[ { policy: namespace, params: { value: '" + MCP + "' } } ]";
    private static final String USES = "[ { policy: namespace, params: { value: '" + AiFacts.REQUEST_INFO + "' } } ]";

    private final TestEngine engine;

    EnvoyMetadataContractTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void anEntrySeesWhatItReadsAndItsBodyWhereThatDidNotCome() {
        start(LOOKS, LOOKS);

        SimResult with = post(true);
        SimResult without = post(false);

        String seen = "{flag=true, id=7, list=[1.5, x], params={name=search}} of [" + MCP + "] null";
        assertThat(with.reached().header("x-test")).isEqualTo(seen);
        assertThat(with.response().header("x-test")).isEqualTo(seen);
        assertThat(with.sentCases()).doesNotContain(RequestCase.REQUEST_BODY, RequestCase.RESPONSE_BODY);
        assertThat(without.reached().header("x-test")).isEqualTo("{} of [] hello");
        assertThat(without.response().header("x-test")).isEqualTo("{} of [] answer");
    }

    @Test
    void anEntrySeesTheFieldsOfATypedMessage() {
        start(USES, "[]");

        assertThat(post(true).reached().header("x-test"))
                .isEqualTo(
                        "{estimated_input_tokens=7, input_llm_protocol=3, max_output_tokens=100, model=claude, stream=true} of ["
                                + AiFacts.REQUEST_INFO + "] null");
    }

    @Test
    void aConditionSeesIt() {
        String condition = "envoy.metadata[?'" + MCP + "'].optMap(m, m.params.name == 'search').orValue(false)";
        start("[ { policy: setHeader, params: { value: ran }, when: \"" + condition + "\" } ]", "[]");

        assertThat(post(true).reached().header("x-test")).isEqualTo("ran");
        assertThat(post(false).reached().header("x-test")).isNull();
    }

    private void start(String request, String response) {
        engine.worker("one", UnaryOperator.identity(), "namespace", "setHeader")
                .start(WORKERS, route("r", request, response));
    }

    private SimResult post(boolean known) {
        return Await.result(engine.envoy(filter(known))
                .exchange(SimRequest.post("/", "hello"), Upstream.replying(SimResponse.of(200, "answer"))));
    }

    private static FilterConfig filter(boolean known) {
        EnvoyMetadata.Typed info = AiFacts.requestInfo(3, "claude", true, 100, 7);
        Any any = Any.newBuilder()
                .setTypeUrl(info.typeUrl())
                .setValue(ByteString.copyFrom(info.value().getBytes()))
                .build();
        return FilterConfig.builder()
                .routeName("r")
                .allowModeOverride(true)
                .forwardingNamespaces(Set.of(MCP))
                .typedForwardingNamespaces(Set.of(AiFacts.REQUEST_INFO))
                .metadata(known ? Map.of(MCP, mcp()) : Map.of())
                .typedMetadata(known ? Map.of(AiFacts.REQUEST_INFO, any) : Map.of())
                .build();
    }

    private static Struct mcp() {
        Struct params = Struct.newBuilder()
                .putFields("name", Value.newBuilder().setStringValue("search").build())
                .build();
        ListValue list = ListValue.newBuilder()
                .addValues(Value.newBuilder().setNumberValue(1.5))
                .addValues(Value.newBuilder().setNullValue(NullValue.NULL_VALUE))
                .addValues(Value.newBuilder().setStringValue("x"))
                .build();
        return Struct.newBuilder()
                .putFields("id", Value.newBuilder().setNumberValue(7).build())
                .putFields("flag", Value.newBuilder().setBoolValue(true).build())
                .putFields(
                        "none",
                        Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
                .putFields("params", Value.newBuilder().setStructValue(params).build())
                .putFields("list", Value.newBuilder().setListValue(list).build())
                .build();
    }
}
