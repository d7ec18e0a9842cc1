package io.policyengine.e2e.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The services of the ext_proc port, as grpcurl learns them from the reflection service of the shipped engine. */
@Tag("peers")
class ReflectionPeersIT {
    private static final String PROGRAM = "GRPCURL_BIN";
    private static final String PROCESSOR = "envoy.service.ext_proc.v3.ExternalProcessor";
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final List<String> SERVICES = List.of(
            PROCESSOR, HEALTH, "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");

    private static EngineProcess engine;

    @BeforeAll
    static void start() {
        engine = EngineProcess.embedded(TestConf.ofTests()).awaitReady();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    /** Returns what grpcurl prints, which must succeed. */
    private static String grpcurl(List<String> options, String... words) {
        List<String> command = new ArrayList<>();
        command.add(Objects.requireNonNull(
                System.getenv(PROGRAM), PROGRAM + " is not set; `scripts/peer grpcurl` prints what to set it to."));
        command.add("-plaintext");
        command.addAll(options);
        command.add("127.0.0.1:" + engine.port());
        command.addAll(Arrays.asList(words));
        try (OsProcess process = OsProcess.start("grpcurl", command, Map.of())) {
            int code = process.exitCode();
            assertThat(code).as(process.output()).isZero();
            return process.output();
        }
    }

    @Test
    void listsTheServicesOfThePort() {
        assertThat(grpcurl(List.of(), "list").lines()).containsExactlyInAnyOrderElementsOf(SERVICES);
    }

    @Test
    void describesEachService() {
        String described = grpcurl(List.of(), "describe");

        assertThat(SERVICES).allSatisfy(service -> assertThat(described).contains(service + " is a service:"));
        assertThat(grpcurl(List.of(), "describe", PROCESSOR))
                .contains("rpc Process ( stream .envoy.service.ext_proc.v3.ProcessingRequest )");
    }

    /** The messages of a service lie in files that import others, all of which must be found. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "envoy.service.ext_proc.v3.ProcessingRequest",
                "envoy.service.ext_proc.v3.ProcessingResponse",
                "grpc.health.v1.HealthCheckResponse"
            })
    void describesTheMessagesOfAService(String message) {
        assertThat(grpcurl(List.of(), "describe", message)).contains(message + " is a message:");
        assertThat(grpcurl(List.of("-msg-template"), "describe", message)).contains("Message template:");
    }

    @Test
    void callsAServiceByItsDescription() {
        assertThat(grpcurl(List.of("-d", "{\"service\": \"" + PROCESSOR + "\"}"), HEALTH + "/Check"))
                .contains("\"status\": \"SERVING\"");
    }
}
