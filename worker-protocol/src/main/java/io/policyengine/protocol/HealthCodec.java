package io.policyengine.protocol;

import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLoad;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PolicyHealth;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Encodes and decodes the messages of {@link WorkerMethod#HEALTH_CHECK}. */
public final class HealthCodec {
    private HealthCodec() {}

    /** Encodes the request for a worker's health, which is an empty message. */
    public static Buffer encodeQuestion() {
        return WireBytes.buffer(HealthCheckRequest.getDefaultInstance());
    }

    public static Buffer encode(WorkerHealth health) {
        HealthCheckResponse.Builder wire = HealthCheckResponse.newBuilder()
                .setStatus(
                        health.serving()
                                ? HealthCheckResponse.Status.STATUS_SERVING
                                : HealthCheckResponse.Status.STATUS_NOT_SERVING)
                .setMessage(health.message());
        health.unhealthyPolicies()
                .forEach((policy, because) -> wire.addPolicies(
                        PolicyHealth.newBuilder().setPolicy(policy).setMessage(because)));
        if (!health.load().equals(WorkerLoad.NONE)) {
            wire.setLoad(encode(health.load()));
        }
        return WireBytes.buffer(wire.build());
    }

    private static io.policyengine.proto.worker.v1.WorkerLoad encode(WorkerLoad load) {
        return io.policyengine.proto.worker.v1.WorkerLoad.newBuilder()
                .setWaitingCalls(load.waitingCalls())
                .setCallWaitMs(millis(load.callWait()))
                .setWaitingWork(load.waitingWork())
                .setWorkWaitMs(millis(load.workWait()))
                .build();
    }

    private static int millis(Duration time) {
        return Math.clamp(time.toMillis(), 0, Integer.MAX_VALUE);
    }

    private static WorkerLoad decode(io.policyengine.proto.worker.v1.WorkerLoad wire) {
        return new WorkerLoad(
                Math.max(0, wire.getWaitingCalls()),
                Duration.ofMillis(Integer.toUnsignedLong(wire.getCallWaitMs())),
                Math.max(0, wire.getWaitingWork()),
                Duration.ofMillis(Integer.toUnsignedLong(wire.getWorkWaitMs())));
    }

    /**
     * Decodes a worker's health.
     *
     * @throws io.policyengine.core.worker.WorkerException of kind INVALID_ANSWER if the message is malformed
     */
    public static WorkerHealth decode(Buffer encoded) {
        HealthCheckResponse wire = WireBytes.answer(HealthCheckResponse.getDefaultInstance(), encoded);
        Map<String, String> unhealthy = new TreeMap<>();
        for (PolicyHealth policy : wire.getPoliciesList()) {
            if (!policy.getHealthy()) {
                unhealthy.put(
                        policy.getPolicy(),
                        TextTruncation.oneOf(policy.getMessage(), "the worker gives no" + " reason"));
            }
        }
        boolean serving = isServing(wire.getStatus());
        return new WorkerHealth(
                serving,
                TextTruncation.oneOf(wire.getMessage(), serving ? "" : "the worker accepts no calls"),
                Map.copyOf(unhealthy),
                decode(wire.getLoad()));
    }

    private static boolean isServing(HealthCheckResponse.Status status) {
        return switch (status) {
            case STATUS_SERVING -> true;
            case STATUS_NOT_SERVING, STATUS_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
