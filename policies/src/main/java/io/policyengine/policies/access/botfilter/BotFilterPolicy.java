package io.policyengine.policies.access.botfilter;

import com.google.re2j.Pattern;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;

/**
 * Searches the User-Agent for patterns. The search takes time linear in the length of the field, and the length is
 * limited.
 */
final class BotFilterPolicy implements Policy {
    static final String USER_AGENT = "user-agent";

    /**
     * Maximum length of a User-Agent that is searched, in octets. Browsers send about 200 octets; longer values are
     * costly to search.
     */
    static final int LONGEST = 1024;

    private static final Denial DENIED =
            new Denial(403, BotFilterCode.USER_AGENT_DENIED, "This client is not allowed", DenialReason.FORBIDDEN);
    private static final Denial MISSING =
            new Denial(403, BotFilterCode.USER_AGENT_MISSING, "A User-Agent is required", DenialReason.FORBIDDEN);
    private static final Denial MALFORMED = new Denial(
            403,
            BotFilterCode.USER_AGENT_MALFORMED,
            "One User-Agent of moderate length is expected",
            DenialReason.FORBIDDEN);

    private final List<Pattern> deny;
    private final List<Pattern> allow;
    private final Future<RequestOutcome> otherwise;
    private final Future<RequestOutcome> denied;
    private final Future<RequestOutcome> missing;
    private final Future<RequestOutcome> malformed;

    BotFilterPolicy(BotFilterParams params, List<Pattern> deny, List<Pattern> allow) {
        this.deny = deny;
        this.allow = allow;
        this.denied = RequestOutcome.respond(DENIED.response(params.denialFormat()));
        this.malformed = RequestOutcome.respond(MALFORMED.response(params.denialFormat()));
        this.otherwise = deny.isEmpty() && !allow.isEmpty() ? denied : RequestOutcome.unchanged();
        this.missing =
                params.requireUserAgent() ? RequestOutcome.respond(MISSING.response(params.denialFormat())) : otherwise;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        List<String> fields = context.request().headers().getAll(USER_AGENT);
        if (fields.isEmpty() || (fields.size() == 1 && fields.getFirst().isBlank())) {
            return missing;
        }
        String octets = fields.getFirst();
        if (fields.size() > 1 || octets.length() > LONGEST) {
            return malformed;
        }
        String userAgent = Octets.toText(octets);
        if (occursIn(allow, userAgent)) {
            return RequestOutcome.unchanged();
        }
        return occursIn(deny, userAgent) ? denied : otherwise;
    }

    private static boolean occursIn(List<Pattern> patterns, String text) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matcher(text).find()) {
                return true;
            }
        }
        return false;
    }
}
