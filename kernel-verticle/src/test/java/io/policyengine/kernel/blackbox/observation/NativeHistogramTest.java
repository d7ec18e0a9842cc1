package io.policyengine.kernel.blackbox.observation;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_35_0.Metrics;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A scraper that takes protobuf gets all metrics in it, durations as native histograms. */
class NativeHistogramTest {
    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void theDurationOfCallsIsOne() throws IOException {
        kernel.worker("w").with("set", Policies.request(new SetHeader("x-set", "1")));
        kernel.start("workers: [ { name: w } ]\n", route("r", "[ { policy: set } ]", "[]"));
        kernel.get("r");
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"passed\"}") == 1);

        Map<String, Metrics.MetricFamily> families = scrape();

        Metrics.Histogram calls = Objects.requireNonNull(families.get("policy_kernel_request_duration_seconds"))
                .getMetric(0)
                .getHistogram();
        assertThat(calls.getSampleCount()).isEqualTo(1);
        assertThat(calls.getSchema()).isEqualTo(3);
        assertThat(calls.getPositiveDeltaList()).containsExactly(1L);
        assertThat(Objects.requireNonNull(families.get("policy_kernel_exchanges_total"))
                        .getMetricList())
                .filteredOn(metric -> metric.getLabel(0).getValue().equals("passed"))
                .singleElement()
                .extracting(metric -> metric.getCounter().getValue())
                .isEqualTo(1.0);
        assertThat(families).containsKeys("policy_kernel_open_exchanges", "policy_kernel_worker_calls_per_request");
    }

    private Map<String, Metrics.MetricFamily> scrape() throws IOException {
        Buffer body = Await.result(kernel.client()
                .request(HttpMethod.GET, kernel.adminPort(), "127.0.0.1", "/metrics")
                // The body in one step, as in KernelUnderTest.admin.
                .compose(request -> request.putHeader("Accept", PROTOBUF).send().compose(HttpClientResponse::body)));
        ByteArrayInputStream content = new ByteArrayInputStream(body.getBytes());
        Map<String, Metrics.MetricFamily> families = new HashMap<>();
        while (content.available() > 0) {
            Metrics.MetricFamily family = Metrics.MetricFamily.parseDelimitedFrom(content);
            families.put(family.getName(), family);
        }
        return families;
    }
}
