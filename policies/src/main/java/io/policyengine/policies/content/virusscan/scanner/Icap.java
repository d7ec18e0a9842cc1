package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import java.nio.charset.StandardCharsets;

/**
 * A service of an ICAP server (RFC 3507). A content item is sent as the body of an artificial message. The message
 * contains neither the client's credentials nor a name or type that could make the scanner skip the content.
 */
public final class Icap implements Scanner {
    private static final String AS_REQUEST = """
            POST / HTTP/1.1\r
            Host: policy-engine\r
            Content-Type: application/octet-stream\r
            \r
            """;
    private static final String QUESTION = """
            GET / HTTP/1.1\r
            Host: policy-engine\r
            \r
            """;
    private static final String AS_RESPONSE = """
            HTTP/1.1 200 OK\r
            Content-Type: application/octet-stream\r
            \r
            """;

    private final ByteTarget target;
    private final Method method;
    private final String host;
    private final String url;

    /** The ICAP methods by which a service judges a message. */
    public enum Method {
        REQMOD,
        RESPMOD
    }

    /**
     * Creates a service.
     *
     * @param service path of the service on the server, without leading slash; visible octets only
     */
    public Icap(ByteTarget target, String service, Method method) {
        this.target = target;
        this.method = method;
        this.host = target.name().startsWith("/") ? "localhost" : target.name();
        this.url = "icap://" + host + "/" + service;
    }

    @Override
    public Scan begin(Call call) {
        return new IcapScan(target, call, this);
    }

    Method method() {
        return method;
    }

    /** Returns the request for the service's options (RFC 3507 §4.10). */
    String options() {
        return "OPTIONS " + url + " ICAP/1.0\r\nHost: " + host + "\r\nUser-Agent: policy-engine\r\n\r\n";
    }

    /**
     * Returns the head of a request, which precedes the content (RFC 3507 §4.4).
     *
     * @param preview bytes of the preview; negative for none
     */
    String head(int preview) {
        String encapsulated = switch (method) {
            case REQMOD -> "req-hdr=0, req-body=" + length(AS_REQUEST);
            case RESPMOD -> "req-hdr=0, res-hdr=" + length(QUESTION) + ", res-body=" + length(QUESTION + AS_RESPONSE);
        };
        String message = switch (method) {
            case REQMOD -> AS_REQUEST;
            case RESPMOD -> QUESTION + AS_RESPONSE;
        };
        return method + " " + url + " ICAP/1.0\r\nHost: " + host + "\r\nUser-Agent: policy-engine\r\nAllow: 204\r\n"
                + (preview < 0 ? "" : "Preview: " + preview + "\r\n")
                + "Encapsulated: " + encapsulated + "\r\n\r\n" + message;
    }

    private static int length(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII).length;
    }
}
