package io.policyengine.core.chain.run;

import io.policyengine.core.http.RequestView;
import org.jspecify.annotations.Nullable;

/**
 * A denial by a shadow entry, which had no effect.
 *
 * @param subject the request of the exchange
 * @param status that the client would have received; 0 if the response would have been aborted
 * @param code the exact code, or null
 * @param rule the name of the rule that would deny, such as a limit; or null
 * @param reason for operators; may be empty
 */
public record ShadowDenial(
        Subject subject,
        int status,
        @Nullable String code,
        @Nullable String rule,
        String reason) {
    /** Maximum characters of the path and of other texts about a request that a shadow entry would have denied. */
    public static final int MAX_TEXT = 256;

    /**
     * The request that a shadow entry would have denied, without header fields and without its query.
     *
     * @param client the trusted address of the client; may be empty
     */
    public record Subject(String method, String path, String client) {
        static Subject of(RequestView request) {
            String path = request.rawPath();
            int query = path.indexOf('?');
            return new Subject(
                    cut(request.method()),
                    cut(query < 0 ? path : path.substring(0, query)),
                    cut(request.clientAddress()));
        }
    }

    /** Creates a denial; texts are cut after {@value #MAX_TEXT} characters. */
    public ShadowDenial {
        reason = cut(reason);
    }

    private static String cut(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }
}
