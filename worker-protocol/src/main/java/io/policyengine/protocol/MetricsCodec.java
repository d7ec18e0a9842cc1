package io.policyengine.protocol;

import io.policyengine.core.metrics.merge.ReplicaMetrics;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.ReadMetricsRequest;
import io.policyengine.proto.worker.v1.ReadMetricsResponse;
import io.vertx.core.buffer.Buffer;

/** Encodes and decodes the messages of {@link WorkerMethod#READ_METRICS}. */
public final class MetricsCodec {
    private MetricsCodec() {}

    /** Encodes the request for a worker's metrics, which is an empty message. */
    public static Buffer encodeQuestion() {
        return WireBytes.buffer(ReadMetricsRequest.getDefaultInstance());
    }

    /** Encodes a worker's answer with its metrics in Prometheus' text format. */
    public static Buffer encode(Buffer text) {
        return WireBytes.buffer(
                ReadMetricsResponse.newBuilder().setText(WireBytes.bytes(text)).build());
    }

    /**
     * Decodes the metrics of a worker, in Prometheus' text format. The text itself is not checked.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the message is malformed, or the text is too long
     */
    public static Buffer decode(Buffer encoded) {
        ReadMetricsResponse wire = WireBytes.answer(ReadMetricsResponse.getDefaultInstance(), encoded);
        if (wire.getText().size() > ReplicaMetrics.MAX_BYTES) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, "metrics of more than " + ReplicaMetrics.MAX_BYTES + " bytes");
        }
        return WireBytes.buffer(wire.getText());
    }
}
