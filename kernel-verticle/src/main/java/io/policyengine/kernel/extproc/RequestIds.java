package io.policyengine.kernel.extproc;

import io.policyengine.core.http.RequestView;
import java.util.function.Supplier;

/** The ids by which logs identify requests: Envoy's x-request-id if it is short and plain, or else a new id. */
final class RequestIds {
    /** Maximum characters of Envoy's x-request-id in logs; a longer one is replaced by a new id. */
    private static final int MAX_LENGTH = 128;

    private final Supplier<String> fresh;

    RequestIds(Supplier<String> fresh) {
        this.fresh = fresh;
    }

    String of(RequestView request) {
        String given = request.headers().get("x-request-id");
        return given != null && isPlain(given) ? given : fresh.get();
    }

    private static boolean isPlain(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!plain && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
