package io.policyengine.core.trace;

import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.config.TracingConfig;

/**
 * The address of an OTLP receiver.
 *
 * @param origin scheme, host and port, for display
 * @param url the complete URL, including the path
 */
record OtlpEndpoint(String origin, String url) {
    private static final String TRACES = "/v1/traces";

    static OtlpEndpoint of(TracingConfig config) {
        TargetUrl url = TargetUrl.parse(config.endpoint());
        String origin = url.origin();
        if (config.protocol() == TracingConfig.Protocol.GRPC) {
            return new OtlpEndpoint(origin, origin);
        }
        return new OtlpEndpoint(origin, origin + (url.path().equals("/") ? TRACES : url.path()));
    }
}
