package io.policyengine.core.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Provides the gRPC and HTTP senders of the OpenTelemetry SDK, which finds this class by its name. */
public final class OtlpSenders implements GrpcSenderProvider, HttpSenderProvider {
    @Override
    public GrpcSender createSender(GrpcSenderConfig config) {
        return new OverGrpc(new OtlpClient(
                true,
                config.getEndpoint(),
                "/" + config.getFullMethodName(),
                "application/grpc",
                config.getTimeout(),
                config.getHeadersSupplier()));
    }

    @Override
    public HttpSender createSender(HttpSenderConfig config) {
        URI endpoint = config.getEndpoint();
        String query = endpoint.getRawQuery();
        return new OverHttp(new OtlpClient(
                false,
                endpoint,
                query == null ? endpoint.getRawPath() : endpoint.getRawPath() + "?" + query,
                config.getContentType(),
                config.getTimeout(),
                config.getHeadersSupplier()));
    }

    private record OverGrpc(OtlpClient client) implements GrpcSender {
        @Override
        public void send(MessageWriter message, Consumer<GrpcResponse> answered, Consumer<Throwable> failed) {
            client.send(message, answer -> answered.accept(new OfGrpc(answer)), failed);
        }

        @Override
        public CompletableResultCode shutdown() {
            return client.close();
        }
    }

    private record OverHttp(OtlpClient client) implements HttpSender {
        @Override
        public void send(MessageWriter message, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
            client.send(message, answer -> answered.accept(new OfHttp(answer)), failed);
        }

        @Override
        public CompletableResultCode shutdown() {
            return client.close();
        }
    }

    private record OfGrpc(OtlpClient.Answer answer) implements GrpcResponse {
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
            return answer.body().getBytes();
        }
    }

    private record OfHttp(OtlpClient.Answer answer) implements HttpResponse {
        @Override
        public int getStatusCode() {
            return answer.status();
        }

        @Override
        public String getStatusMessage() {
            return "";
        }

        @Override
        public byte[] getResponseBody() {
            return answer.body().getBytes();
        }
    }
}
