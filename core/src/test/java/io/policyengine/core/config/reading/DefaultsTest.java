package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.RouteNameSource;
import io.policyengine.core.config.WorkerCoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the specification spell out every default. */
class DefaultsTest {
    @TempDir
    Path directory;

    @Test
    void theSpecifiedKernelIsTheDefaultButForItsSocketAndWhatFollowsFromTheHeap() {
        var kernel = ConfFiles.in(directory)
                .write("kernel.yaml", ConfFiles.example("kernel.yaml"))
                .read()
                .kernel();

        assertThat(kernel.workers().getFirst().socketPath()).isEqualTo("/var/run/policy-engine/workers/default.sock");
        assertThat(kernel.workers().getFirst().embedded()).isFalse();
        assertThat(kernel)
                .usingRecursiveComparison()
                .ignoringFields(
                        "workers.socketPath",
                        "server.writtenMaxMessageBytes",
                        "limits.writtenMaxDecodedBytes",
                        "limits.writtenMaxWindowBytes",
                        "limits.writtenMaxBufferedBytes",
                        "limits.writtenMaxExchanges")
                .isEqualTo(KernelConfig.defaults());
        assertThat(kernel.server().maxMessageBytes())
                .isEqualTo(KernelConfig.defaults().server().maxMessageBytes());
    }

    @Test
    void theSpecifiedWorkerIsTheDefaultButForThePlaceOfItsSocket() {
        var workers = ConfFiles.in(directory)
                .write("worker.yaml", ConfFiles.example("worker.yaml"))
                .read()
                .workers();

        assertThat(workers)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("socketPath")
                .containsExactly(WorkerCoreConfig.defaults());
        assertThat(workers.getFirst().socketPath()).isEqualTo("/var/run/policy-engine/workers/default.sock");
    }

    @Test
    void theDefaultsAreThese() {
        var kernel = KernelConfig.defaults();
        var worker = kernel.workers().getFirst();

        assertThat(kernel.server().port()).isEqualTo(9001);
        assertThat(kernel.limits().phaseTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(kernel.routeNameSources()).containsExactly(RouteNameSource.ATTRIBUTE, RouteNameSource.METADATA);
        assertThat(kernel.workerUnavailableResponse().headers())
                .containsExactly(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry("X-Policy-Error", "temporary"),
                        Map.entry("Retry-After", "30"));
        assertThat(worker.socketPath()).isNull();
        assertThat(worker.embedded()).isFalse();
        assertThat(WorkerCoreConfig.defaults().socketPath()).isEqualTo("workers/default.sock");
        assertThat(worker.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(WorkerCoreConfig.defaults().server().policyTimeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theSpecifiedRouteExpandsItsChain() {
        var files = ConfFiles.in(directory);
        ConfFiles.EXAMPLE.forEach(name -> files.write(name, ConfFiles.example(name)));

        var config = files.read();

        assertThat(config.warnings()).isEmpty();
        assertThat(config.routes()).hasSize(1);
        var route = config.routes().getFirst();
        assertThat(route.match()).isEqualTo(new RouteMatch.Exact("/api/v1/users"));
        assertThat(route.requestFlow().mode()).isEqualTo(ProcessingMode.HEADERS_ONLY);
        assertThat(route.responseFlow().mode()).isEqualTo(ProcessingMode.AUTO);
        assertThat(route.requestFlow().chain().stream().map(EntryConfig::name))
                .isEqualTo(List.of("apiKeyAuth", "rateLimit"));
        var limit = route.requestFlow().chain().get(1);
        assertThat(limit.onFailure()).isEqualTo(OnFailure.CONTINUE);
        assertThat(limit.params().get("burst").intValue()).isEqualTo(20);
        assertThat(limit.source().locate("/burst")).hasToString("routes/users.yaml:9:75");
        assertThat(limit.source().locateKey("/burst")).hasToString("routes/users.yaml:9:68");
        assertThat(limit.source().locate("/no/such")).isEqualTo(limit.source().locate(""));
    }
}
