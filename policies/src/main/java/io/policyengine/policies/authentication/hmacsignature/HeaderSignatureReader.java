package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.authentication.hmacsignature.HmacSignatureParams.HeaderNames;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Parses the scheme {@code hmac_headers}, which has separate fields for key id, time, nonce and signature. The signed
 * text has one line each for the time, the nonce (which may be empty), and the components in the configured order. The
 * last line has no line end.
 *
 * @param components all signed components; an absent optional component is signed as an empty line
 */
record HeaderSignatureReader(HeaderNames names, List<SignatureComponent> components) implements SignatureReader {
    private static final int HEX_LENGTH = 64;
    private static final int BASE64_LENGTH = 44;

    /** Maximum number of digits in the time of a signature. */
    private static final int MAX_TIME_DIGITS = 12;

    @Override
    public SignatureCredential read(RequestComponents request) {
        HeaderMap headers = request.request().headers();
        List<String> keyIds = headers.getAll(names.keyId());
        List<String> times = headers.getAll(names.timestamp());
        List<String> nonces = headers.getAll(names.nonce());
        List<String> signatures = headers.getAll(names.signature());
        if (keyIds.isEmpty() && signatures.isEmpty()) {
            return new SignatureCredential.None();
        }
        if (keyIds.size() != 1 || times.size() != 1 || nonces.size() > 1 || signatures.size() != 1) {
            return new SignatureCredential.Malformed();
        }
        byte[] signature = signature(signatures.getFirst());
        String time = times.getFirst();
        if (signature == null || !isTime(time)) {
            return new SignatureCredential.Malformed();
        }
        String nonce = nonces.isEmpty() ? "" : nonces.getFirst();
        Claim claim = new Claim(
                keyIds.getFirst(),
                components,
                new Claim.SignatureParameters(null, Long.parseLong(time), null, nonce.isEmpty() ? null : nonce, null),
                base(time, nonce, request),
                signature);
        return new SignatureCredential.Some(
                List.of(claim),
                List.of(),
                Stream.of(names.keyId(), names.timestamp(), names.nonce(), names.signature())
                        .map(HeaderMap::lowerCase)
                        .toList());
    }

    private byte @Nullable [] base(String time, String nonce, RequestComponents request) {
        StringBuilder base = new StringBuilder(256).append(time).append('\n').append(nonce);
        for (SignatureComponent component : components) {
            String value = request.valueOf(component);
            boolean absent = value == null && SignatureRules.isOptional(component, request.request());
            if (value == null && !absent) {
                return null;
            }
            base.append('\n').append(absent ? "" : value);
        }
        return Octets.toBytes(base.toString());
    }

    private static boolean isTime(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_TIME_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Decodes a signature in hexadecimal or Base64, distinguished by their length; returns null if it is malformed. */
    private static byte @Nullable [] signature(String text) {
        try {
            return switch (text.length()) {
                case HEX_LENGTH -> HexFormat.of().parseHex(text);
                case BASE64_LENGTH -> Base64.getDecoder().decode(text);
                default -> null;
            };
        } catch (IllegalArgumentException neither) {
            return null;
        }
    }
}
