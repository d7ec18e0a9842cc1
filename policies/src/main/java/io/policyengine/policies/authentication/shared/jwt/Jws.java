package io.policyengine.policies.authentication.shared.jwt;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;

/** A token in the compact form (RFC 7515 §3.1), parsed but not verified. */
public final class Jws {
    private static final int DOTS_OF_ENCRYPTED = 4;

    private final JwsHeader header;
    private final byte[] signed;
    private final byte[] payload;
    private final Base64URL signature;

    /** The result of parsing a text: a token, or the reason why it is not a token. */
    public sealed interface Reading {
        record Ok(Jws jws) implements Reading {}

        record Faulty(JwsFault fault) implements Reading {}
    }

    private Jws(JwsHeader header, byte[] signed, byte[] payload, Base64URL signature) {
        this.header = header;
        this.signed = signed;
        this.payload = payload;
        this.signature = signature;
    }

    /** Parses a token in the compact form. The caller must limit the length of the text. */
    public static Reading read(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            return new Reading.Faulty(JwsFault.FORM);
        }
        if (text.indexOf('.', second + 1) >= 0) {
            boolean encrypted = text.chars().filter(c -> c == '.').count() == DOTS_OF_ENCRYPTED;
            return new Reading.Faulty(encrypted ? JwsFault.ENCRYPTED : JwsFault.FORM);
        }
        byte[] header = StrictBase64Url.decode(text.substring(0, first));
        byte[] payload = StrictBase64Url.decode(text.substring(first + 1, second));
        String signature = text.substring(second + 1);
        if (header == null || payload == null || StrictBase64Url.decode(signature) == null) {
            return new Reading.Faulty(JwsFault.ENCODING);
        }
        return switch (JwsHeader.read(header)) {
            case JwsHeader.Reading.Faulty(JwsFault fault) -> new Reading.Faulty(fault);
            case JwsHeader.Reading.Ok(JwsHeader read) ->
                new Reading.Ok(new Jws(
                        read,
                        text.substring(0, second).getBytes(StandardCharsets.US_ASCII),
                        payload,
                        new Base64URL(signature)));
        };
    }

    public JwsHeader header() {
        return header;
    }

    /** Returns the signed octets: header and payload as written. They must not be modified. */
    byte[] signed() {
        return signed;
    }

    /** Returns the payload, which must not be modified. */
    public byte[] payload() {
        return payload;
    }

    /** Returns the signature in its canonical encoding. */
    Base64URL signature() {
        return signature;
    }
}
