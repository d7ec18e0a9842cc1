package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code hmacSignature} denies. */
enum SignatureCode implements DenialCode {
    SIGNATURE_MISSING("Have the client sign its requests, with a key's id and the `tag`."),
    SIGNATURE_MALFORMED("Have the client write the fields in the form that the parameter `scheme` requires."),
    SIGNATURE_INCOMPLETE(
            "Have the client sign the required components, and send `created`, and a nonce where it " + "is required."),
    SIGNATURE_EXPIRED("Compare the clocks of client and engine; otherwise raise `max_age_s` or `leeway_s`."),
    SIGNATURE_INVALID("Check the key's id and secret on both sides, and that no proxy changes what is signed."),
    SIGNATURE_REPLAYED("Have the client use a nonce once; a retry needs a new signature."),
    SIGNATURE_SURPLUS("Have the client send at most two signatures by keys of the policy."),
    CONTENT_DIGEST_MISMATCH(
            "Have the client compute the digest of the body as it is sent; no proxy may change the " + "body."),
    CONTENT_ENCODED("Have the client send the body without a content coding.");

    private final String remedy;

    SignatureCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
