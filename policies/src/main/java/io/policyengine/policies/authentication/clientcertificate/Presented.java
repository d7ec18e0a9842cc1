package io.policyengine.policies.authentication.clientcertificate;

/** The certificate that a request is told to have come with. */
sealed interface Presented {
    /** None. */
    record None() implements Presented {}

    /** One that cannot be made out of what came. */
    record Malformed() implements Presented {}

    /** This one. */
    record One(ClientIdentity certificate) implements Presented {}
}
