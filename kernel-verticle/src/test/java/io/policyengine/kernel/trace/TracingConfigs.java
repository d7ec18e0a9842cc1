package io.policyengine.kernel.trace;

import io.policyengine.core.config.TracingConfig;
import io.policyengine.core.config.TracingConfig.Propagation;
import io.policyengine.core.config.TracingConfig.Protocol;
import io.policyengine.core.config.TracingConfig.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Settings for tests. */
final class TracingConfigs {
    private TracingConfigs() {}

    static TracingConfig sampling(boolean enabled, Sampler sampler, double rate, Propagation... formats) {
        return new TracingConfig(
                enabled,
                Protocol.HTTP,
                "http://localhost:4318",
                Map.of(),
                sampler,
                rate,
                Duration.ofMillis(100),
                formats.length == 0 ? List.of(Propagation.W3C) : List.of(formats),
                8192,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                "policy-engine");
    }

    static TracingConfig exporting(Protocol protocol, String endpoint, Duration timeout) {
        return new TracingConfig(
                true,
                protocol,
                endpoint,
                Map.of("x-token", "let-me-in"),
                Sampler.RATIO,
                1,
                Duration.ofMillis(100),
                List.of(Propagation.W3C),
                1000,
                Duration.ofMillis(20),
                timeout,
                "gateway");
    }
}
