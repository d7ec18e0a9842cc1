package io.policyengine.kernel.recorder;

import io.policyengine.core.http.RequestView;
import java.util.List;

/**
 * The request of an exchange as it arrived, without its query and without userinfo, which may contain a password.
 * The object is reused for other exchanges.
 */
public final class RequestRecord {
    private final RequestFields fields = new RequestFields();
    private String id = "";
    private String method = "";
    private String authority = "";
    private String client = "";
    private String path = "";
    private int pathEnd;

    RequestRecord() {}

    void note(String requestId, RequestView request, List<String> valuesOf) {
        id = requestId;
        method = cut(request.method());
        authority = cut(withoutUserinfo(request.authority()));
        client = request.clientAddress();
        fields.note(request.headers(), valuesOf);
        path = cut(request.rawPath());
        int query = path.indexOf('?');
        pathEnd = query < 0 ? path.length() : query;
    }

    void hidePath() {
        path = "";
        pathEnd = 0;
    }

    void forget() {
        fields.forget();
        id = "";
        method = "";
        authority = "";
        client = "";
        hidePath();
    }

    /** Removes userinfo from the authority. Userinfo is not allowed there and may contain a password. */
    private static String withoutUserinfo(String authority) {
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    static String cut(String text) {
        return text.length() > ExchangeRecord.MAX_TEXT ? text.substring(0, ExchangeRecord.MAX_TEXT) : text;
    }

    /** Returns the request id. It is short and needs no escaping. */
    public String id() {
        return id;
    }

    /** Returns the method; empty if Envoy does not send it. */
    public String method() {
        return method;
    }

    /** Returns the authority; empty if Envoy does not send it. */
    public String authority() {
        return authority;
    }

    /** Returns the client's trusted address; empty if unknown. */
    public String client() {
        return client;
    }

    /**
     * Returns the truncated path without its query; empty if Envoy does not send it, or if the kernel itself refused
     * the request.
     */
    public String path() {
        return path.substring(0, pathEnd);
    }

    public RequestFields fields() {
        return fields;
    }
}
