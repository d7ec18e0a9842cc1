package io.policyengine.kernel.recorder;

import io.policyengine.core.http.RequestView;
import java.util.List;

/** The request of an exchange as it arrived: without query, and without what may be a password. Reused. */
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
        path = cut(request.path());
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

    /** Without what stands before the host and may be a password, where no authority may have it. */
    private static String withoutUserinfo(String authority) {
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    /** Truncates a client's text to the recorded length. */
    static String cut(String text) {
        return text.length() > ExchangeRecord.MAX_TEXT ? text.substring(0, ExchangeRecord.MAX_TEXT) : text;
    }

    /** The id: plain and short. */
    public String id() {
        return id;
    }

    /** The method; empty if Envoy does not show it. */
    public String method() {
        return method;
    }

    /** The authority; empty if Envoy does not show it. */
    public String authority() {
        return authority;
    }

    /** The address of the client, as far as it is trusted; empty if it is unknown. */
    public String client() {
        return client;
    }

    /** The path without its query, cut; empty if Envoy does not show it, or if the kernel itself refuses the request. */
    public String path() {
        return path.substring(0, pathEnd);
    }

    /** The header fields: their names, and the values of a few. */
    public RequestFields fields() {
        return fields;
    }
}
