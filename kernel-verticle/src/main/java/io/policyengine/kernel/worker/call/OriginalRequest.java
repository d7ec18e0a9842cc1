package io.policyengine.kernel.worker.call;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;

/** The request of one exchange as the client sent it, for as long as anything of it may be asked for. Belongs to its event loop. */
public final class OriginalRequest {
    private static final String CONTENT_TYPE = "content-type";

    private RequestView view;

    /** A request that is held whole. */
    public OriginalRequest(RequestView view) {
        this.view = view;
    }

    /** The held parts of the request. */
    public RequestView view() {
        return view;
    }

    /** Holds only what an answer of the engine's own depends on: the method and the content type. */
    public void letGo() {
        String contentType = view.headers().get(CONTENT_TYPE);
        HeaderMap left = contentType == null ? HeaderMap.empty() : HeaderMap.of(CONTENT_TYPE, contentType);
        view = RequestView.absentRequest().withMethod(view.method()).withHeaders(left);
    }
}
