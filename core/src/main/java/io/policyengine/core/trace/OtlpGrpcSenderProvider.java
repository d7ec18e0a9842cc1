package io.policyengine.core.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way of the OpenTelemetry SDK to a receiver over gRPC; it finds this by its name. */
public final class OtlpGrpcSenderProvider implements GrpcSenderProvider {
    private static final int PREFIX = 5;

    @Override
    public GrpcSender createSender(GrpcSenderConfig config) {
        return new Sender(new OtlpClient(
                true,
                config.getEndpoint(),
                "/" + config.getFullMethodName(),
                "application/grpc",
                config.getTimeout(),
                config.getHeadersSupplier()));
    }

    private record Sender(OtlpClient client) implements GrpcSender {
        @Override
        public void send(MessageWriter message, Consumer<GrpcResponse> answered, Consumer<Throwable> failed) {
            client.send(message, answer -> answered.accept(new Answer(answer)), failed);
        }

        @Override
        public CompletableResultCode shutdown() {
            return client.close();
        }
    }

    private record Answer(OtlpClient.Answer answer) implements GrpcResponse {
        @Override
        public GrpcStatusCode getStatusCode() {
            return codeOf(answer.fields().get("grpc-status"));
        }

        private static GrpcStatusCode codeOf(@Nullable String status) {
            if (status != null) {
                for (GrpcStatusCode code : GrpcStatusCode.values()) {
                    if (status.equals(Integer.toString(code.getValue()))) {
                        return code;
                    }
                }
            }
            return GrpcStatusCode.UNKNOWN;
        }

        @Override
        public String getStatusDescription() {
            return "";
        }

        @Override
        public byte[] getResponseMessage() {
            byte[] framed = answer.body().getBytes();
            return framed.length < PREFIX ? new byte[0] : Arrays.copyOfRange(framed, PREFIX, framed.length);
        }
    }
}
