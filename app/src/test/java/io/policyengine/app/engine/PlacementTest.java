package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Where the commands have their workers: a worker without a socket is in the process of {@code run}, and beside {@code kernel}. */
class PlacementTest {
    private static List<WorkerEndpointConfig> workers(String... workers) {
        String kernel = "policy_kernel: { workers: [ { " + String.join(" }, { ", workers) + " } ] }\n";
        return ConfDirectory.examine(
                        ConfTexts.of(
                                Path.of("conf"), new TreeMap<>(Map.of("kernel.yaml", new FileText.Content(kernel)))),
                        _ -> null)
                .config()
                .kernel()
                .workers();
    }

    private static boolean isEmbedded(Placement placement, String worker) {
        return placement.isEmbedded(workers(worker).getFirst());
    }

    @Test
    void aWorkerWithoutASocketIsEmbeddedByRunOnly() {
        assertThat(isEmbedded(Placement.AS_CONFIGURED, "name: a")).isTrue();
        assertThat(isEmbedded(Placement.EMBEDDED, "name: a")).isTrue();
        assertThat(isEmbedded(Placement.CONNECTED, "name: a")).isFalse();
        assertThat(isEmbedded(Placement.AS_CONFIGURED, "name: a, socket_path: /run/a.sock"))
                .isFalse();
        assertThat(isEmbedded(Placement.EMBEDDED, "name: a, socket_path: /run/a.sock"))
                .isTrue();
    }

    @Test
    void aKernelAloneRefusesAWorkerThatIsToBeEmbedded() {
        assertThat(Placement.CONNECTED.mismatch(workers("name: a"))).isNull();
        assertThat(Placement.CONNECTED.mismatch(workers("name: a, embedded: true")))
                .startsWith("worker 'a' says embedded: true in kernel.yaml.");
    }

    @Test
    void oneProcessAndOneDefaultSocketAreForOneWorker() {
        List<WorkerEndpointConfig> both = workers("name: a, policies: []", "name: b, policies: []");

        assertThat(Placement.AS_CONFIGURED.mismatch(both)).contains("'a' and 'b' would both be embedded");
        assertThat(Placement.CONNECTED.mismatch(both))
                .contains("'a' and 'b' have no socket_path", "set their socket_path");
    }
}
