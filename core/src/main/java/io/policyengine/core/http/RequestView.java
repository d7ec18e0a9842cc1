package io.policyengine.core.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as a policy sees it, with the changes of earlier policies.
 *
 * @param method the method; empty if hidden from the engine
 * @param scheme {@code http} or {@code https}; empty if hidden
 * @param authority host and port, as octets; empty if hidden
 * @param rawPath the request target with its query, as octets, as the upstream receives it; empty if hidden
 * @param headers without pseudo headers
 * @param clientAddress the client's IP address from a trusted source, without port; empty if unknown
 * @param attributes Envoy's attributes by their names in Envoy
 * @param body the complete body if the policy needs it, otherwise null; must not be modified
 * @param absent true if Envoy does not send requests to the engine, because the filter is configured for responses only
 */
public record RequestView(
        String method,
        String scheme,
        String authority,
        String rawPath,
        HeaderMap headers,
        String clientAddress,
        Map<String, String> attributes,
        @Nullable Buffer body,
        boolean absent)
        implements MessageView<RequestView> {

    private static final RequestView ABSENT =
            new RequestView("", "", "", "", HeaderMap.empty(), "", Map.of(), null, true);

    /** Returns the placeholder for a request that Envoy did not send to the engine. */
    public static RequestView absentRequest() {
        return ABSENT;
    }

    /**
     * Returns the request target with its path in {@linkplain NormalPath normal form} and its query as sent; empty if
     * hidden. All decisions about a path use this form, since a client can choose the spelling of the raw path.
     */
    public String path() {
        return NormalPath.of(rawPath);
    }

    @Override
    public RequestView withHeaders(HeaderMap changed) {
        return new RequestView(method, scheme, authority, rawPath, changed, clientAddress, attributes, body, absent);
    }

    public RequestView withRawPath(String changed) {
        return new RequestView(method, scheme, authority, changed, headers, clientAddress, attributes, body, absent);
    }

    public RequestView withMethod(String changed) {
        return new RequestView(changed, scheme, authority, rawPath, headers, clientAddress, attributes, body, absent);
    }

    public RequestView withAuthority(String changed) {
        return new RequestView(method, scheme, changed, rawPath, headers, clientAddress, attributes, body, absent);
    }

    @Override
    public RequestView withBody(@Nullable Buffer changed) {
        return new RequestView(method, scheme, authority, rawPath, headers, clientAddress, attributes, changed, absent);
    }
}
