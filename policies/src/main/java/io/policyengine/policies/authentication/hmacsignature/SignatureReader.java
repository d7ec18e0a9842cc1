package io.policyengine.policies.authentication.hmacsignature;

/** Reads the signatures of a request by the rules of one scheme. */
@FunctionalInterface
interface SignatureReader {
    /** The signatures of this request. */
    Presented read(RequestComponents request);
}
