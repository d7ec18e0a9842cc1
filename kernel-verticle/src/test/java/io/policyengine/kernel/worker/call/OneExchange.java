package io.policyengine.kernel.worker.call;

import io.policyengine.core.config.Priority;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.kernel.recorder.ExchangeRecords;
import java.util.List;
import java.util.Map;

/** An exchange whose request needs no affinity. */
final class OneExchange {
    static final RequestView REQUEST =
            new RequestView("GET", "https", "example.com", "/", HeaderMap.of(), "192.0.2.7", Map.of(), null, false);

    private OneExchange() {}

    static ExchangeReplicas begun() {
        return new ExchangeReplicas(
                new OriginalRequest(REQUEST), "r", Priority.NORMAL, false, new ExchangeRecords(List.of()).none());
    }
}
