package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of routes in conf/examples, served: the chains of each decide on a request, whatever they decide. */
class ServedExamplesTest {
    private static final Path CONF = Path.of("../conf");
    private static final List<ErrorCode> OF_THE_ENGINE =
            List.of(ErrorCode.ROUTE_MISCONFIGURED, ErrorCode.WORKER_UNAVAILABLE, ErrorCode.POLICY_ERROR);

    @TempDir
    Path directory;

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(CONF.resolve("examples"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsServed(Path example) throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/example.yaml", Files.readString(example));
        List<RouteConfig> routes = ConfDirectory.read(directory, _ -> null).routes();

        try (KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE))) {
            StandardWorker.start(engine, directory, changed -> changed.allowFaults(true));

            for (RouteConfig route : routes) {
                String path = route.routeName().replace("*", "");
                SimResult result =
                        engine.exchange(path, SimRequest.get(path.isEmpty() ? "/" : path), SimResponse.of(200));

                assertThat(OF_THE_ENGINE)
                        .as("%s: %s", route.routeName(), result)
                        .noneMatch(code -> String.valueOf(result).contains(code.name()));
            }
            assertThat(routes).isNotEmpty();
        }
    }
}
