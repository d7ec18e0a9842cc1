package io.policyengine.testkit.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import java.util.Map;

/** Creates requests and responses for tests. */
public final class TestMessages {
    /** The client address of requests, from a range reserved for documentation (RFC 5737). */
    public static final String CLIENT_ADDRESS = "192.0.2.1";

    private TestMessages() {}

    /** Returns a GET request with alternating header names and values. */
    public static RequestView get(String path, String... namesAndValues) {
        return request("GET", path, HeaderMap.of(namesAndValues), CLIENT_ADDRESS);
    }

    /** Returns a request without a body. */
    public static RequestView request(String method, String path, HeaderMap headers, String clientAddress) {
        return new RequestView(method, "https", "example.com", path, headers, clientAddress, Map.of(), null, false);
    }

    /** Returns a response without a body, with alternating header names and values. */
    public static ResponseView response(int status, String... namesAndValues) {
        return new ResponseView(status, HeaderMap.of(namesAndValues), null);
    }
}
