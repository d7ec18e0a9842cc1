package io.policyengine.core.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.net.URI;
import java.util.function.Consumer;

/** The way of the OpenTelemetry SDK to a receiver over HTTP; it finds this by its name. */
public final class OtlpHttpSenderProvider implements HttpSenderProvider {
    @Override
    public HttpSender createSender(HttpSenderConfig config) {
        URI endpoint = config.getEndpoint();
        String query = endpoint.getRawQuery();
        return new Sender(new OtlpClient(
                false,
                endpoint,
                query == null ? endpoint.getRawPath() : endpoint.getRawPath() + "?" + query,
                config.getContentType(),
                config.getTimeout(),
                config.getHeadersSupplier()));
    }

    private record Sender(OtlpClient client) implements HttpSender {
        @Override
        public void send(MessageWriter message, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
            client.send(message, answer -> answered.accept(new Answer(answer)), failed);
        }

        @Override
        public CompletableResultCode shutdown() {
            return client.close();
        }
    }

    private record Answer(OtlpClient.Answer answer) implements HttpResponse {
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
