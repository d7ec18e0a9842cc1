package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PolicyHealth;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCodecTest {
    @Test
    void theKernelReadsHowTheWorkerIs() {
        Samples.forEachSeed(samples -> {
            WorkerHealth health = samples.health();

            assertThat(HealthCodec.decode(HealthCodec.encode(health))).isEqualTo(health);
        });
    }

    @Test
    void aWorkerTakesCallsOnlyIfItSaysSo() {
        for (HealthCheckResponse.Status status : HealthCheckResponse.Status.values()) {
            int number = status == HealthCheckResponse.Status.UNRECOGNIZED ? 99 : status.getNumber();

            assertThat(health(HealthCheckResponse.newBuilder().setStatusValue(number))
                            .serving())
                    .isEqualTo(status == HealthCheckResponse.Status.STATUS_SERVING);
        }
    }

    @Test
    void whatIsSaidForPeopleIsOneLineOfBoundedLength() {
        WorkerHealth health = health(HealthCheckResponse.newBuilder()
                .setMessage("down\n" + "x".repeat(500))
                .addPolicies(PolicyHealth.newBuilder().setPolicy("p"))
                .addPolicies(PolicyHealth.newBuilder().setPolicy("q").setHealthy(true)));

        assertThat(health.message()).startsWith("down x").hasSize(300);
        assertThat(health.unhealthyPolicies()).isEqualTo(Map.of("p", "the worker gives no reason"));
        assertThat(health(HealthCheckResponse.newBuilder()).message()).isEqualTo("the worker accepts no calls");
    }

    private static WorkerHealth health(HealthCheckResponse.Builder wire) {
        return HealthCodec.decode(WireBytes.buffer(wire.build()));
    }
}
