package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.TraceParent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A policy's request, with the header fields that the target's configuration, gRPC and the trace add. */
record OutgoingRequest(
        TargetConfig config,
        TargetUrl url,
        boolean isGrpc,
        CalloutRequest request,
        @Nullable TraceParent trace) {
    private static final String USER_AGENT = "policy-engine";

    /** Returns the options of an attempt to connect within {@code millisLeft} milliseconds. */
    RequestOptions options(long millisLeft) {
        String serverName = config.tls().serverName();
        return new RequestOptions()
                .setMethod(request.method())
                .setServer(SocketAddress.inetSocketAddress(url.port(), url.host()))
                .setHost(url.tls() && serverName != null ? serverName : url.writtenHost())
                .setPort(url.port())
                .setSsl(url.tls())
                .setURI(url.pathOf(request))
                .setConnectTimeout(millisLeft);
    }

    /**
     * Sets authority and header fields, for a gRPC server including a {@code grpc-timeout} of {@code millisLeft}
     * milliseconds.
     */
    void writeHead(HttpClientRequest opened, long millisLeft) {
        opened.authority(HostAndPort.authority(url.writtenHost(), isUsualPort() ? -1 : url.port()));
        opened.putHeader("user-agent", USER_AGENT);
        if (trace != null) {
            opened.putHeader("traceparent", trace.traceparent());
            if (!trace.state().isEmpty()) {
                opened.putHeader("tracestate", trace.state());
            }
        }
        config.headers().forEach((name, value) -> opened.putHeader(name, Octets.fromText(value)));
        HeaderMap own = request.headers();
        own.forEach((name, _) -> opened.headers().remove(name));
        own.forEach((name, value) -> opened.headers().add(name, value));
        if (isGrpc) {
            opened.putHeader("te", "trailers").putHeader("grpc-timeout", millisLeft + "m");
        }
    }

    private boolean isUsualPort() {
        return url.port() == (url.tls() ? 443 : 80);
    }
}
