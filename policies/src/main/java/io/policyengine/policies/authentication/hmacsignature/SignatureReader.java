package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;

/** Reads the signatures of a request by the rules of one scheme. */
@FunctionalInterface
interface SignatureReader {
    /** The signatures of this request. */
    PresentedSignatures read(RequestComponents request);
}
