package io.policyengine.e2e.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The address of a worker's metrics and health. */
class WorkerAddressIT {
    @Test
    void isTheOneOfTheConfiguration() throws Exception {
        TestConf conf =
                TestConf.ofTests().replacing("worker.yaml", "metrics_port: 0", "metrics_port: 0, address: 127.0.0.2");
        try (EngineProcess worker = EngineProcess.worker(conf)) {
            int port = worker.metricsPort();

            assertThat(get("127.0.0.2", port, "/metrics").body()).contains("policy_worker_");
            assertThat(get("127.0.0.2", port, "/health/ready").statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> get("127.0.0.1", port, "/metrics")).isInstanceOf(ConnectException.class);
        }
    }

    private static HttpResponse<String> get(String host, int port, String path)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
