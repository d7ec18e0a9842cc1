package io.policyengine.policies.message.redirect;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.template.TargetEncoding;
import io.policyengine.policies.shared.template.TargetTemplate;
import io.policyengine.policies.shared.template.Template;

/**
 * A URI reference (RFC 3986 §4.1) with a host that requests cannot influence.
 *
 * @param origin scheme and authority; without a scheme, the request's scheme applies; empty for the request's own host
 * @param target path, query and fragment
 */
record RedirectTarget(String origin, TargetTemplate target) {
    private static final Pattern ORIGIN =
            Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*:)?//" + TargetEncoding.HOST_AND_PORT);

    private static final Pattern AFTER_ORIGIN =
            Pattern.compile("(?:[/?#].*|\\$\\{request\\.(?:raw_)?path\\}.*)?", Pattern.DOTALL);

    /** Returns the location for a request: a valid URI reference, as octets. */
    String of(RequestContext context) {
        return origin + target.fill(context);
    }

    /**
     * Parses a location.
     *
     * @throws IllegalArgumentException if it is invalid, or if a request could choose the host; the message names the
     *     remedy
     */
    static RedirectTarget parse(String text) {
        Template.parse(text);
        Matcher matcher = ORIGIN.matcher(text);
        String origin = matcher.lookingAt() ? matcher.group() : "";
        String rest = text.substring(origin.length());
        boolean fixed = origin.isEmpty()
                ? (text.startsWith("/") && !text.startsWith("//"))
                        || text.startsWith("${request.path}")
                        || text.startsWith("${request.raw_path}")
                : AFTER_ORIGIN.matcher(rest).matches();
        if (!fixed) {
            throw new IllegalArgumentException(
                    "expected a location that begins with scheme and host, with / or with ${request.path}; the host "
                            + "must not contain a template, since a request could then choose it");
        }
        return new RedirectTarget(origin, TargetTemplate.of(Template.parse(rest)));
    }
}
