package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.start.Start;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.testkit.process.ChildJvm;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Edits and validations of the largest configuration that a heap allows, several at once, in an engine of its own. On a slow machine the
 * management API ends the connections of the last ones, which have waited for a minute.
 */
@Tag("nightly")
class SmallHeapEditsTest {
    private static final int CALLERS = 4;
    private static final int VALUES_A_ROUTE = 17;

    @ParameterizedTest
    @Timeout(240)
    @ValueSource(strings = {"64m", "128m"})
    void severalEditsOfTheLargestConfigurationAtOnceAreMadeOrRefused(String heap) throws Exception {
        ChildJvm ended = ChildJvm.runBlocking(
                SmallHeapEditsTest.class,
                List.of(
                        "-Xmx" + heap,
                        "-XX:+UseParallelGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1"),
                List.of());

        assertThat(ended.output()).contains("answers: {200=");
        assertThat(ended.status()).isZero();
    }

    /** Serves, lets callers edit and validate beside half of what exchanges and messages may hold, and prints their answers. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("pe");
        Path socket = folder.resolve("a.sock");
        writeLargest(folder.resolve("conf"), socket);
        Thread.ofPlatform().daemon().start(() -> serve(folder));
        AdminSocket admin = new AdminSocket(socket);
        Await.until(() -> admin.isThere() && admin.status("GET", "/config", "").equals("200"));

        List<byte[]> held = ballast(ConfDirectory.read(folder.resolve("conf"), _ -> null));
        Map<String, Integer> answers = admin.edit(CALLERS, CALLERS);
        System.out.println("answers: " + answers + " beside " + held.size());
        Runtime.getRuntime().halt(0);
    }

    private static void serve(Path folder) {
        try {
            Start.main(new String[] {
                "run",
                "--embedded",
                "--conf",
                folder.resolve("conf").toString(),
                "--state",
                folder.resolve("state").toString()
            });
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void writeLargest(Path conf, Path socket) throws IOException {
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(conf.resolve("kernel.yaml"), """
                policy_kernel:
                  server: { port: 0 }
                  unknown_route: deny
                  observability: { metrics_port: 0, admin_socket_path: %s, log_level: error }
                  workers: [ { name: w } ]
                """.formatted(socket));
        Files.writeString(
                conf.resolve("routes/r.yaml"),
                IntStream.range(0, MemoryPlan.HERE.maxValues() / VALUES_A_ROUTE)
                        .mapToObj(SmallHeapTest::route)
                        .collect(Collectors.joining("", "route_policies:\n", "")));
    }

    private static List<byte[]> ballast(EngineConfig config) {
        List<byte[]> held = new ArrayList<>();
        for (int i = 0; i < config.kernel().limits().maxExchanges() / 2; i++) {
            held.add(new byte[12 * 1024]);
        }
        for (int i = 0; i < 2; i++) {
            held.add(new byte[Math.toIntExact(config.maxBufferedBytes())]);
        }
        return held;
    }
}
