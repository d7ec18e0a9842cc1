package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

@Doc("Authenticates by a signature of the request (RFC 9421, or an HMAC in header fields).")
record HmacSignatureParams(
        @Doc("Form of the signature: http_message_signatures is RFC 9421; hmac_headers is an HMAC, with key id, "
                + "time and nonce in separate fields.")
        @Default("\"http_message_signatures\"")
        Scheme scheme,

        @Doc("The keys by which signatures are verified.") @Default("[]")
        List<KeyEntry> keys,

        @Doc(
                value = "Components that a signature must cover, as RFC 9421 names them; with hmac_headers, all signed "
                        + "components in their order. If the request has no query, @query need not be covered; if it "
                        + "has no body, content-digest need not be covered. With content-digest, the engine reads the "
                        + "body and compares it with the digest.",
                examples = "[\"@method\", \"@authority\", \"@path\", \"@query\", \"content-digest\"]")
        @Default("[\"@method\", \"@authority\", \"@path\", \"@query\"]")
        StringOrList components,

        @Doc("Seconds from its creation until a signature expires.") @Default("300") @Range(min = 1, max = 31_536_000)
        int maxAgeS,

        @Doc("Maximum difference between the clocks of signer and engine, in seconds.")
        @Default("30")
        @Range(min = 0, max = 3600)
        int leewayS,

        @Doc(
                "Use of nonces: optional refuses a nonce that was used before, required also refuses signatures without a nonce, "
                        + "ignored does not check nonces.")
        @Default("\"optional\"")
        NonceUse nonce,

        @Doc("Maximum number of remembered nonces, for all entries together; the largest value of any entry "
                + "applies. One owner may use at most half of it. Requests beyond these limits are refused as "
                + "overload.")
        @Default("50000")
        @Range(min = 2, max = 10_000_000)
        int maxNonces,

        @Doc("Bots whose keys are in directories that they publish (Web Bot Auth).") @Nullable
        Directory directory,

        @Doc(value = "Tag that a signature must have; signatures with other tags are ignored.", examples = "\"my-app\"")
        @Nullable
        String tag,

        @Doc("True to refuse requests without a signature; false to pass them without an identity. A wrong "
                + "signature is always refused.")
        @Default("true")
        boolean required,

        @Doc("Names of the fields of hmac_headers.") @Default("{}")
        HeaderNames headers,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Bots whose keys are in directories that they publish.")
    record Directory(
            @Doc(
                    value =
                            "Origins of the permitted bots, as Signature-Agent names them. No other directory is fetched.",
                    examples = "[\"https://agent.example\"]")
            StringOrList agents,

            @Doc("Components that signatures of bots must cover, in addition to Signature-Agent.")
            @Default("[\"@authority\"]")
            OptionalStrings components,

            @Doc("Seconds after which a directory is read again.") @Default("3600") @Range(min = 10, max = 86_400)
            int refreshS,

            @Doc("Minimum seconds between two reads of a directory that are caused by unknown keys.")
            @Default("60")
            @Range(min = 1, max = 3600)
            int cooldownS) {}

    @Doc("Form of the signature.")
    enum Scheme {
        HTTP_MESSAGE_SIGNATURES,
        HMAC_HEADERS
    }

    @Doc("Use of nonces.")
    enum NonceUse {
        IGNORED,
        OPTIONAL,
        REQUIRED
    }

    @Doc("A key: exactly one of secret, secret_base64, public_key and jwk.")
    record KeyEntry(
            @Doc(value = "Id by which signatures name the key.", examples = "\"billing-2026\"")
            String id,

            @Doc("Algorithm of signatures with this key; by default the algorithm for the key's kind.") @Nullable
            SignatureAlgorithm algorithm,

            @Doc(value = "Shared secret, as text.", examples = "\"${env:POLICY_ENGINE_BILLING_SECRET}\"")
            @Secret
            @Nullable
            String secret,

            @Doc("Shared secret, in Base64.") @Secret @Nullable
            String secretBase64,

            @Doc(value = "Public key in PEM: RSA, EC on P-256 or Ed25519.", examples = "\"${file:billing.pem}\"")
            @Nullable
            String publicKey,

            @Doc("Public key, or secret, as JSON Web Key (RFC 7517).") @Secret @Nullable
            ObjectNode jwk,

            @Doc(
                    value = "Id of the key's owner, which becomes the identity and X-User-ID; by default the key's id.",
                    examples = "\"billing-service\"")
            @Nullable
            String consumer) {

        /** Returns a text without the key, which may be secret. */
        @Override
        public String toString() {
            return "KeyEntry[" + id + "]";
        }
    }

    @Doc("Names of the fields of hmac_headers.")
    record HeaderNames(
            @Doc("Field that holds the id of the key.") @Default("\"X-Key-Id\"")
            String keyId,

            @Doc("Field that holds the time, in seconds since 1970.") @Default("\"X-Timestamp\"")
            String timestamp,

            @Doc("Field that may hold a nonce.") @Default("\"X-Nonce\"")
            String nonce,

            @Doc("Field that holds the HMAC, in hexadecimal or Base64.") @Default("\"X-Signature\"")
            String signature) {}
}
