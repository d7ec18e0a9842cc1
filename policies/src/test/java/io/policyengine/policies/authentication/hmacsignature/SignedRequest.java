package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Requests that are signed by RFC 9421, for tests: GET of https://example.com/ by HMAC. */
final class SignedRequest {
    static final String SECRET = "a secret of thirty-two octets!!!";

    private SignedRequest() {}

    /** One by key k1, created when time begins, with more parameters. */
    static RequestView with(String parameters) {
        return with("k1", parameters);
    }

    static RequestView with(String keyId, String parameters) {
        return at(FakeTicker.START, keyId, parameters);
    }

    /** Returns a request with a signature by key k1 that was created at this time. */
    static RequestView at(Instant created, String parameters) {
        return at(created, "k1", parameters);
    }

    /** Returns a request with a signature by this key that was created at this time. */
    static RequestView at(Instant created, String keyId, String parameters) {
        String input = "(\"@method\" \"@authority\" \"@path\");created=" + created.getEpochSecond() + ";keyid=\""
                + keyId + "\"" + parameters;
        String base = "\"@method\": GET\n\"@authority\": example.com\n\"@path\": /\n\"@signature-params\": " + input;
        return TestMessages.get("/", "signature-input", "sig=" + input, "signature", "sig=:" + mac(base) + ":");
    }

    /** Returns a request for /?id=7 with a signature by this key, which covers the query. */
    static RequestView withQuery(String keyId, String parameters) {
        String input = "(\"@method\" \"@authority\" \"@path\" \"@query\");created=" + FakeTicker.START.getEpochSecond()
                + ";keyid=\"" + keyId + "\"" + parameters;
        String base = "\"@method\": GET\n\"@authority\": example.com\n\"@path\": /\n\"@query\": ?id=7\n"
                + "\"@signature-params\": " + input;
        return TestMessages.get("/?id=7", "signature-input", "sig=" + input, "signature", "sig=:" + mac(base) + ":");
    }

    /** The same with one octet of the signature changed. */
    static RequestView damaged(RequestView request) {
        String signature = String.valueOf(request.headers().get("signature"));
        int middle = signature.length() / 2;
        char other = signature.charAt(middle) == 'A' ? 'B' : 'A';
        HeaderMap.Builder headers = request.headers().toBuilder();
        return request.withHeaders(
                headers.set("signature", signature.substring(0, middle) + other + signature.substring(middle + 1))
                        .build());
    }

    static String mac(String base) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Octets.toBytes(SECRET), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(Octets.toBytes(base)));
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }
}
