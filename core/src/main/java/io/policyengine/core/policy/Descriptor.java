package io.policyengine.core.policy;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.params.Doc;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a policy independently of its parameters, as an annotation of the policy's {@link PolicyFactory}. {@link
 * PolicyFactory#descriptor()} reads it once per class. Status and posture are only documentation.
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

    /** A sentence about the policy. If empty, the {@link Doc} of the parameters' record is used. */
    String summary() default "";

    /** The phases in which the policy can run; at least one. */
    Phase[] phases();

    /**
     * The part of request bodies that the policy needs at most. Some parameters may reduce it, see {@link
     * PolicyFactory#bodyNeed}.
     */
    BodyNeed requestBody() default BodyNeed.NONE;

    /**
     * The part of response bodies that the policy needs at most. Some parameters may reduce it, see {@link
     * PolicyFactory#bodyNeed}.
     */
    BodyNeed responseBody() default BodyNeed.NONE;

    /**
     * True if the policy may read the request body in the response phase, see {@link PolicyFactory#keepsRequestBody}.
     */
    boolean keepsRequestBody() default false;

    /** The facts that are true for all parameters, see {@link PolicyFactory#facts}. */
    Fact[] facts() default {};

    /** The enumerations of the codes with which the policy denies, see {@link PolicyFactory#denialCodes}. */
    Class<? extends DenialCode>[] codes() default {};

    /** The accuracy with which {@link Policy#exchangeEnded} is called. */
    EndAccuracy endAccuracy() default EndAccuracy.NONE;

    /** The maturity of the policy. */
    Status status() default Status.EXPERIMENTAL;

    /** The parties whose hostile messages the policy withstands. */
    Posture posture() default Posture.UNKNOWN;

    /** The maturity of a policy. */
    enum Status {
        /** The policy's parameters, codes and effect may change in any version, and the policy may be removed. */
        EXPERIMENTAL,
        /** The policy is complete and tested. Its parameters may still change; the changelog describes each change. */
        BETA,
        /** The policy's parameters, codes and effect stay until the next major version. */
        STABLE
    }

    /**
     * The parties whose hostile messages a policy withstands: such messages neither bypass the policy nor make it fail
     * for other exchanges.
     */
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
