package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;

/** Parses the signatures of a request by the rules of one scheme. */
@FunctionalInterface
interface SignatureReader {
    SignatureCredential read(RequestComponents request);
}
