package io.policyengine.testkit.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import java.util.Map;

/** Requests and responses for tests, in one line. */
public final class TestMessages {
    /** The address from which requests come, of the block for documentation (RFC 5737). */
    public static final String CLIENT_ADDRESS = "192.0.2.1";

    private TestMessages() {}

    /** A GET of this target with these alternating names and values of header fields. */
    public static RequestView get(String path, String... namesAndValues) {
        return request("GET", path, HeaderMap.of(namesAndValues), CLIENT_ADDRESS);
    }

    /** A request without body. */
    public static RequestView request(String method, String path, HeaderMap headers, String clientAddress) {
        return new RequestView(method, "https", "example.com", path, headers, clientAddress, Map.of(), null, false);
    }

    /** A response without body with these alternating names and values of header fields. */
    public static ResponseView response(int status, String... namesAndValues) {
        return new ResponseView(status, HeaderMap.of(namesAndValues), null);
    }
}
