package io.policyengine.kernel.worker.call;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;

/**
 * The request of one exchange as the client sent it, kept while a chain may need parts of it. Confined to the
 * exchange's event loop.
 */
public final class OriginalRequest {
    private static final String CONTENT_TYPE = "content-type";

    private RequestView view;

    public OriginalRequest(RequestView view) {
        this.view = view;
    }

    public RequestView view() {
        return view;
    }

    /** Drops everything except the method and the content type, which the engine's own responses need. */
    public void release() {
        String contentType = view.headers().get(CONTENT_TYPE);
        HeaderMap left = contentType == null ? HeaderMap.empty() : HeaderMap.of(CONTENT_TYPE, contentType);
        view = RequestView.absentRequest().withMethod(view.method()).withHeaders(left);
    }
}
