package io.policyengine.it.peers;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A forger of tokens: it has good ones, and no key of their issuer. */
final class Forger {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair own = newKey();

    /** Forgeries that name a key which the issuer has: none of them is a reason to fetch keys. */
    List<String> ofKnownKeys(String good, String other) {
        String[] parts = good.split("\\.", -1);
        String[] others = other.split("\\.", -1);
        String header = text(parts[0]);
        return Stream.of(
                        damaged(good),
                        parts[0] + "." + othersClaims(parts[1]) + "." + parts[2],
                        parts[0] + "." + parts[1] + "." + others[2],
                        others[0] + "." + parts[1] + "." + parts[2],
                        encoded(header.replace("RS256", "none")) + "." + parts[1] + ".",
                        withHmac(encoded(header.replace("RS256", "HS256")) + "." + parts[1]),
                        signed(parts[0] + "." + parts[1]),
                        signed(parts[0] + "." + othersClaims(parts[1])))
                // With the header of a token of the same key, it is the good one.
                .filter(forgery -> !forgery.equals(good))
                .toList();
    }

    /** A forgery that names a key which nobody has. */
    String ofUnknownKey(String good, int number) {
        String[] parts = good.split("\\.", -1);
        return signed(
                encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"stranger-" + number + "\"}") + "." + parts[1]);
    }

    /** The token with one character of its signature changed. */
    static String damaged(String token) {
        int middle = token.lastIndexOf('.') + 20;
        char other = token.charAt(middle) == 'A' ? 'B' : 'A';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }

    private static String othersClaims(String claims) {
        return encoded(text(claims).replace("\"sub\":\"orders\"", "\"sub\":\"admin\""));
    }

    private String signed(String input) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(own.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + BASE64URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String withHmac(String input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("public".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return input + "." + BASE64URL.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String base64Url) {
        return new String(Base64.getUrlDecoder().decode(base64Url), StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
