package io.policyengine.core.policy;

import io.policyengine.core.params.Doc;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a policy on the class of its {@link PolicyFactory}, independent of parameters. {@link
 * PolicyFactory#descriptor()} reads it once per class. Status and posture are documentation: no code depends on them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Descriptor {
    /** The name in chains: letters and digits, starting with a lower-case letter. */
    String name();

    /** The version for display, such as {@code 1.0.0}. */
    String version();

    /** The family: what the policy does for a request. */
    Family family() default Family.OTHER;

    /** A sentence about the policy; empty for the {@link Doc} of the parameters' record. */
    String summary() default "";

    /** The phases in which it can run; at least one. */
    Phase[] phases();

    /** The upper bound of its need of request bodies, see {@link PolicyFactory#bodyNeed}. */
    BodyNeed requestBody() default BodyNeed.NONE;

    /** The upper bound of its need of response bodies. */
    BodyNeed responseBody() default BodyNeed.NONE;

    /** True if its response phase may read the request's body, see {@link PolicyFactory#keepsRequestBody}. */
    boolean keepsRequestBody() default false;

    /** The facts that hold for all parameters, see {@link PolicyFactory#facts}. */
    Fact[] facts() default {};

    /** The accuracy of {@link Policy#exchangeEnded}. */
    EndAccuracy endAccuracy() default EndAccuracy.NONE;

    /** The maturity of the policy. */
    Status status() default Status.EXPERIMENTAL;

    /** The parties that the policy withstands. */
    Posture posture() default Posture.UNKNOWN;

    /** The maturity of a policy. */
    enum Status {
        /** The policy's parameters, codes and effect may change with any version, and it may be removed. */
        EXPERIMENTAL,
        /** Complete and tested; parameters may still change, and the changelog says how. */
        BETA,
        /** The policy's parameters, codes and effect stay until the next major version. */
        STABLE
    }

    /** The parties that a policy withstands: their hostile messages neither bypass it nor make it fail for others. */
    enum Posture {
        /** The policy has not been assessed. */
        UNKNOWN,
        /** Both clients and upstreams must be trusted. */
        TRUSTED_ONLY,
        /** Clients may be hostile; upstreams must be trusted. */
        UNTRUSTED_CLIENTS,
        /** Clients and upstreams may be hostile. */
        UNTRUSTED_CLIENTS_AND_UPSTREAMS
    }
}
