package io.policyengine.core.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The maturity and security posture of a policy, on its {@link PolicyFactory}. Documentation only: no code depends on
 * it. A policy without it is experimental, with unknown posture.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Standing {
    /** The maturity of the policy. */
    Status status();

    /** The parties that it withstands. */
    Posture posture();

    /** The maturity of a policy. */
    enum Status {
        /** Its parameters, codes and effect may change with any version, and it may be removed. */
        EXPERIMENTAL,
        /** Complete and tested; parameters may still change, and the changelog says how. */
        BETA,
        /** Its parameters, codes and effect stay until the next major version. */
        STABLE
    }

    /** The parties that a policy withstands: their hostile messages can neither get round it nor make it fail for others. */
    enum Posture {
        /** It has not been assessed. */
        UNKNOWN,
        /** Both clients and upstreams must be trusted. */
        TRUSTED_ONLY,
        /** Clients may be hostile; upstreams must be trusted. */
        UNTRUSTED_CLIENTS,
        /** Clients and upstreams may be hostile. */
        UNTRUSTED_CLIENTS_AND_UPSTREAMS
    }
}
