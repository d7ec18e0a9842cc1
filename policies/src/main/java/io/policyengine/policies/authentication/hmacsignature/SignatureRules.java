package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.ContentDigest;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requirements on the signatures of all signers.
 *
 * @param required components that must be covered
 * @param maxAge validity of a signature, in seconds
 * @param leeway accepted clock difference, in seconds
 */
record SignatureRules(List<SignatureComponent> required, long maxAge, long leeway, boolean nonceRequired) {
    /** The reasons for refusing a signature before it is verified. */
    enum Fault {
        /** A required component, the time or the nonce is missing. */
        INCOMPLETE,
        /** The signature has expired. */
        EXPIRED,
        /** The signature was created in the future. */
        NOT_YET_VALID
    }

    /** Returns the reason to refuse a signature before it is verified, or null. */
    @Nullable
    Fault faultIn(Claim claim, RequestView request, Instant now) {
        if (claim.parameters().created() == null
                || (nonceRequired && claim.parameters().nonce() == null)) {
            return Fault.INCOMPLETE;
        }
        for (SignatureComponent component : required) {
            if (!claim.covers(component) && !isOptional(component, request)) {
                return Fault.INCOMPLETE;
            }
        }
        return faultOfTime(claim, now);
    }

    /**
     * Returns the reason to refuse a signature because of its times; null if its times are valid. What it covers is not
     * checked.
     */
    @Nullable
    Fault faultOfTime(Claim claim, Instant now) {
        Long created = claim.parameters().created();
        if (created == null) {
            return Fault.INCOMPLETE;
        }
        long second = now.getEpochSecond();
        Long expires = claim.parameters().expires();
        boolean isOver = second - created > maxAge + leeway || (expires != null && second - expires > leeway);
        if (isOver) {
            return Fault.EXPIRED;
        }
        return created - second > leeway ? Fault.NOT_YET_VALID : null;
    }

    /**
     * Returns whether the component need not be covered because the request lacks it: {@code @query} without a query,
     * or {@code content-digest} without a body.
     */
    static boolean isOptional(SignatureComponent component, RequestView request) {
        return switch (component.name()) {
            case SignatureComponent.QUERY ->
                QueryString.queryOf(request.rawPath()).isEmpty();
            case SignatureComponent.CONTENT_DIGEST -> !ContentDigest.isDemanded(request);
            default -> false;
        };
    }
}
