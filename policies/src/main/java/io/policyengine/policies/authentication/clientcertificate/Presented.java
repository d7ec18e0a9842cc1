package io.policyengine.policies.authentication.clientcertificate;

/** The certificate of a request. */
sealed interface Presented {
    /** A request without a certificate. */
    record None() implements Presented {}

    /** A request with unreadable facts about its certificate. */
    record Malformed() implements Presented {}

    /** A request with one certificate. */
    record One(ClientIdentity certificate) implements Presented {}
}
