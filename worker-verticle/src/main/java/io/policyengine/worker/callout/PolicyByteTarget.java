package io.policyengine.worker.callout;

import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/** The access of one entry of a chain to a server with a byte protocol. */
final class PolicyByteTarget implements ByteTarget {
    private final Vertx vertx;
    private final ByteClient client;
    private final CalloutMetrics.Series meters;

    PolicyByteTarget(Vertx vertx, String policy, ByteClient client, CalloutMetrics metrics) {
        this.vertx = vertx;
        this.client = client;
        this.meters = metrics.of(policy, client.name());
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public Future<ByteConnection> connect(Call call, long deadlineNanos) {
        long begun = client.ticker().nanoTime();
        Context context = vertx.getOrCreateContext();
        return new ConnectionAttempt(client, call, context, failure -> {
                    Duration time = Duration.ofNanos(client.ticker().nanoTime() - begun);
                    if (failure == null) {
                        meters.done(time);
                    } else {
                        meters.failed(failure.kind(), time);
                    }
                })
                .begin(deadlineNanos);
    }
}
